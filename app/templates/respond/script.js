/* What script adds to a respondent's pages. Without it they work as plain forms; nothing here is needed to answer.

   Sections become pages; answered questions are counted; what was typed is kept on this phone until the receipt; answers
   that could not be sent wait and are sent again. All words stand in the page, so this is the same in every language.
   Browsers of old phones read this: no syntax younger than 2009, and where anything is missing the plain form stays. */
(function () {
  'use strict';
  var OURS = 'renke', FORTNIGHT = 12096e5, PATIENCE = 2e4, LONGEST = 60, NEAR = 50;

  function all(query, within) { return [].slice.call((within || document).querySelectorAll(query)); }
  function one(query, within) { return all(query, within)[0]; }
  function named(id) { return document.getElementById(id); }
  function show(id, yes) { named(id).hidden = !yes; }
  function on(target, kind, action) { target.addEventListener(kind, action); }

  function say(id, number, yes) {
    var figure = one('b', named(id));
    show(id, yes);
    if (figure.textContent != number) figure.textContent = number; /* what did not change is not read out again */
  }

  /* Storage may be refused, full or switched off: then nothing is kept, and nothing breaks. */
  function careful(action) { try { return action(); } catch (refused) { return 0; } }

  /* A draft is its time, whether it was sent, and the form as it is sent, joined by &. */
  function tidy(path) {
    var used = named('receipt') && sessionStorage[OURS];
    Object.keys(localStorage).forEach(function (name) {
      var draft = localStorage[name], ours = !name.indexOf(path);
      if (name.indexOf(OURS)) return;
      if (name == used || one('[data-shared]') || ours && one('[data-over]') || parseInt(draft) < Date.now() - FORTNIGHT)
        localStorage.removeItem(name);
      else if (ours && one('[data-again]')) /* the server will not take this page any more: its answers go into a new one */
        localStorage[name] = draft.replace('&1&', '&0&').replace(/&_form=[^&]*/, '');
    });
  }

  function questionnaire(form, place) {
    var main = one('main'), parts = all('section', form), heads = all('h2', form), last = parts.length - 1;
    var token = one('[name=_form]'), fresh = token.value, box = named('comment'), shared = one('[data-shared]');
    var here, home, trail, sending, clock, counting, seconds, wait = 2;

    function written() {
      return all(':checked,textarea,[name=_form]').map(function (field) {
        return [field.name, field.value].map(encodeURIComponent).join('=');
      }).join('&');
    }

    function fill(pair) {
      pair = pair.split('=').map(decodeURIComponent);
      all('[name="' + pair[0] + '"]').forEach(function (field) {
        if (field.type == 'radio') field.checked = field.value == pair[1];
        else field.value = pair[1];
      });
    }

    function save() {
      var sent = sending || clock ? 1 : 0;
      return !shared && careful(function () {
        if (sent) sessionStorage[OURS] = place; /* tells the receipt which draft is done */
        return localStorage[place] = [Date.now(), sent, written()].join('&');
      });
    }

    function clear() {
      all(':checked', form).forEach(function (choice) { choice.checked = false; });
      if (box) box.value = '';
      token.value = fresh;
      careful(function () { localStorage.removeItem(place); });
    }

    function count() {
      say('done', all(':checked', form).length, 1);
      if (!box) return;
      var left = box.getAttribute('data-limit') - box.value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '.').length;
      say('left', left, left >= 0 && left < NEAR);
      say('over', -left, left < 0);
    }

    function change(event) {
      all('.bad').forEach(function (place) {
        if (!place.contains(event.target)) return;
        place.className = place.className.replace(/ ?bad/g, '');
        place.removeAttribute('aria-describedby');
        all('.error', place).forEach(function (line) { line.hidden = true; });
      });
      save();
      clearTimeout(counting);
      counting = setTimeout(count, 900); /* counts are read out: not while somebody still types */
    }

    /* Sections as pages */

    function part(element) { /* the box and the button belong to the last */
      var found = 0;
      parts.concat(one('.last')).forEach(function (section, at) {
        if (section.contains(element)) found = Math.min(at, last);
      });
      return found;
    }

    function turn(to) {
      here = to;
      parts.forEach(function (section, at) { section.className = at == to ? '' : 'off'; });
      main.className = 'wide paged' + (to ? '' : ' at-first') + (to < last ? '' : ' at-last');
    }

    function go(element) {
      turn(part(element));
      if (element.tabIndex < 0) element.tabIndex = -1;
      element.focus();
      element.scrollIntoView();
    }

    function lead(element) { location.hash = element.id; }

    function follow() {
      go(named(location.hash.slice(1)) || home);
      if (trail[1] == here) trail.shift();
      else if (trail[0] != here) trail.unshift(here);
    }

    function lacking(within) {
      var gap = all('.must', within).filter(function (question) { return !one(':checked', question); })[0];
      if (!gap) return;
      gap.className += ' bad';
      gap.setAttribute('aria-describedby', 'lacking');
      gap.insertBefore(named('lacking'), gap.children[1]);
      show('lacking', 1);
      if (part(gap) == here) go(gap);
      else lead(gap);
      return 1;
    }

    /* Sending */

    function post() { HTMLFormElement.prototype.submit.call(form); }

    function later(asked) {
      seconds = Math.ceil(Math.max(asked || 0, wait) * (1 + Math.random() / 4)); /* not all phones at once */
      wait = Math.min(wait * 2, LONGEST);
      sending = 0;
      clock = setInterval(function () {
        say('pause', --seconds, 1);
        if (seconds < 1) send();
      }, 1e3);
      say('pause', seconds, 1);
      show('busy');
      if (!named('waiting').hidden) return;
      show('waiting', 1);
      named('waiting').focus();
    }

    function settle(event) {
      var call = event.target, status = call.status;
      if (status == 200 && /\/receipt\//.test(call.responseURL)) location.replace(call.responseURL);
      else if (!status || status == 429 || status > 499) later(status && +call.getResponseHeader('Retry-After'));
      else post(); /* the server's page says what is to be done */
    }

    function send() {
      if (sending) return;
      sending = 1;
      clearInterval(clock);
      clock = 0;
      show('kept', save());
      show('restored'); /* what is on its way is not to be cleared, or something else would go instead */
      show('pause');
      show('busy', 1);
      careful(function () {
        var call = new XMLHttpRequest();
        call.open('POST', form.getAttribute('action'));
        call.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
        call.timeout = PATIENCE;
        call.onload = call.onerror = call.ontimeout = settle;
        call.send(written());
        return 1;
      }) || post();
    }

    function restore() {
      var draft = localStorage[place].split('&');
      draft.slice(2).forEach(fill);
      if (draft[1] > 0) {
        turn(last);
        send();
      } else show('restored', 1);
    }

    turn(part(named(location.hash.slice(1)) || one('.bad')));
    home = heads[here];
    trail = [here]; /* the pages behind this one in the browser's history, newest first */
    if (named('errors')) named('errors').focus();
    if (one('[checked],#errors') || box && box.defaultValue) save(); /* the server gave back what was typed */
    else careful(restore);
    count();
    on(document, 'input', change);
    on(document, 'change', change);
    on(window, 'hashchange', follow);
    on(window, 'online', function () { if (clock) send(); });
    on(window, 'pageshow', function (event) {
      if (!event.persisted) return;
      if (shared) clear();
      location.reload();
    });
    all('[formaction]').forEach(function (button) {
      on(button, 'click', function () { button.formAction += location.hash; });
    });
    on(named('next'), 'click', function () { if (!lacking(parts[here])) lead(heads[here + 1]); });
    on(named('back'), 'click', function () {
      if (trail[1] == here - 1) history.back();
      else lead(heads[here - 1]);
    });
    on(named('retry'), 'click', send);
    on(named('anew'), 'click', function () {
      clear();
      show('restored');
      count();
      go(heads[0]);
    });
    all('[data-send]').forEach(function (button) {
      on(button, 'click', function (event) {
        event.preventDefault();
        if (!lacking()) send();
      });
    });
  }

  on(document, 'DOMContentLoaded', function () {
    var form = named('answers'), path = OURS + location.pathname + '?', paper = /\bpaper=[^&]*/.exec(location.search);
    careful(function () { tidy(path); });
    if (form) try { questionnaire(form, path + (paper || '')); } catch (missing) { one('main').className = 'wide'; }
  });
})();
