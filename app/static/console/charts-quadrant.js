// How much something goes with the overall judgement, against how satisfied people are with it; lines at the means.
// Names stand beside their dots and in the corners what they mean; on a narrow screen numbers do, and the names below.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", LINE = "#d5dce3";

  const SIZE = 13, LINE_HEIGHT = 17;
  const NAMED = 440; // pixels across from which there is room for names

  const spoken = (text, tight) => (tight ? text.replace(/([：，:,])\s*/g, "$1\n") : text);

  const wide = (label, size) => window.renkeText.wide(label, size);

  const above = (chart, width) => window.renkeText.broken(chart.up, width - 16, 12);

  // below a narrow chart: which number is whose
  const names = (chart, width) => chart.rows.flatMap(({ label }, place) => window.renkeText.broken(label, width - 40, 12)
    .map((line, more) => `{n|${more ? "" : place + 1}}{t|${line}}`));

  const frame = (chart, width) => ({
    left: 48, right: width < 560 ? 12 : 24, top: 14 + 15 * above(chart, width).length,
    bottom: 52 + (width < NAMED ? LINE_HEIGHT * names(chart, width).length + 4 : 0),
  });

  const overlap = (one, other) => Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left))
    * Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));

  const around = (x, y, width, height) => ({
    right: { left: x + 9, right: x + 9 + width, top: y - height / 2, bottom: y + height / 2 },
    left: { left: x - 9 - width, right: x - 9, top: y - height / 2, bottom: y + height / 2 },
    top: { left: x - width / 2, right: x + width / 2, top: y - 9 - height, bottom: y - 9 },
    bottom: { left: x - width / 2, right: x + width / 2, top: y + 9, bottom: y + 9 + height },
  });

  const placed = (chart, inner) => chart.rows.map(({ x, y }) => [
    ((x - chart.left) / (chart.right - chart.left)) * inner.width, ((chart.top - y) / (chart.top - chart.bottom)) * inner.height,
  ]);

  // the corners that no dot with its name can be in, with their boxes: what they say is left out where it would be in the way
  const free = (chart, size, inner) => Object.entries(chart.corners).map(([name, text]) => {
    const lines = spoken(text, size < SIZE).split("\n");
    const [across, up] = [Math.max(...lines.map((line) => wide(line, size))) + 14, 16 * lines.length + 12];
    const left = ["first", "later"].includes(name) ? 0 : inner.width - across, top = ["first", "keep"].includes(name) ? 0 : inner.height - up;
    return [name, { left, right: left + across, top, bottom: top + up }];
  }).filter(([, box]) => !placed(chart, inner)
    .map(([x, y], place) => [x, y, 12 + wide(chart.rows[place].label, size)])
    .some(([x, y, beside]) => x > box.left - beside && x < box.right + beside && y > box.top - 24 && y < box.bottom + 24));

  // each name on that side of its dot where it covers least of the others
  const sides = (chart, size, inner, numbered) => {
    const dots = placed(chart, inner);
    const corners = numbered ? [] : free(chart, size, inner).map(([, box]) => box);
    const taken = [
      ...corners,
      ...dots.map(([x, y]) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 })),
    ];
    return chart.rows.map(({ label }, place) => {
      const boxes = around(...dots[place], wide(numbered ? String(place + 1) : label, size), size * 1.2);
      const cost = ([, box]) => taken.reduce((sum, each) => sum + overlap(box, each), 0)
        + 100 * (Math.max(0, -box.left) + Math.max(0, box.right - inner.width) + Math.max(0, -box.top) + Math.max(0, box.bottom - inner.height));
      const [side, box] = Object.entries(boxes).reduce((best, each) => (cost(each) < cost(best) ? each : best));
      taken.push(box);
      return side;
    });
  };

  const dots = (chart, narrow, width) => {
    const numbered = width < NAMED, size = narrow ? 12 : SIZE, { left, right, top, bottom } = frame(chart, width);
    const inner = { width: width - left - right, height: height(chart, width) - top - bottom };
    const side = sides(chart, size, inner, numbered);
    return chart.rows.map(({ label, x, y, first, tip }, place) => ({
      value: [x, y], name: label, tip,
      symbol: first ? "rect" : "circle", symbolSize: first ? 13 : 12,
      itemStyle: { color: first ? ORANGE : BLUE, borderColor: "#fff", borderWidth: 1.5, opacity: 1 },
      label: {
        show: true, formatter: numbered ? String(place + 1) : label, position: side[place], distance: 5, color: INK, fontSize: size, fontWeight: first || numbered ? 700 : 400,
      },
    }));
  };

  const PLACES = { first: ["left", "top"], keep: ["right", "top"], later: ["left", "bottom"], fine: ["right", "bottom"] };
  const corner = (text, position, narrow) => ({
    type: "text", silent: true, z: 1, ...position,
    style: { text: spoken(text, narrow), fill: SOFT, fontSize: narrow ? 11 : 13, fontWeight: 600, lineHeight: 16, textAlign: position.right ? "right" : "left" },
  });

  const height = (chart, width) => (width < NAMED ? 360 + LINE_HEIGHT * names(chart, width).length : width < 560 ? 400 : 460);

  const options = (chart, narrow, width) => {
    const grid = frame(chart, width);
    const inner = { width: width - grid.left - grid.right, height: height(chart, width) - grid.top - grid.bottom };
    const titles = [{ text: above(chart, width).join("\n"), left: 4, top: 4, textStyle: { color: SOFT, fontSize: 12, fontWeight: 400, lineHeight: 15 } }];
    if (width < NAMED) {
      const rich = { n: { width: 18, align: "left", fontWeight: 700, color: INK }, t: { align: "left", color: INK } };
      const text = names(chart, width).join("\n");
      titles.push({ text, left: 8, bottom: 0, textAlign: "left", textStyle: { fontSize: 12, fontWeight: 400, lineHeight: LINE_HEIGHT, rich } });
    }
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: titles,
      grid,
      graphic: width < NAMED ? [] : free(chart, narrow ? 12 : SIZE, inner).map(([name]) => {
        const [side, end] = PLACES[name];
        return corner(chart.corners[name], { [side]: grid[side] + 10, [end]: grid[end] + 8 }, narrow);
      }),
      xAxis: {
        type: "value", min: chart.left, max: chart.right, name: chart.across, nameLocation: "middle", nameGap: 30,
        nameTextStyle: { color: SOFT, fontSize: 12 }, axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true },
        splitLine: { show: false }, axisLine: { lineStyle: { color: LINE } },
      },
      yAxis: {
        type: "value", min: chart.bottom, max: chart.top, axisLabel: { color: SOFT, fontSize: 12, formatter: "{value}%" },
        axisLine: { show: true, lineStyle: { color: LINE } }, splitLine: { show: false },
      },
      tooltip: {
        trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
        textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
        formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
      },
      series: [{
        type: "scatter", z: 3, data: dots(chart, narrow, width),
        markLine: {
          silent: true, symbol: "none", label: { show: false }, lineStyle: { color: SOFT, type: "dashed", width: 1.25 },
          data: [{ xAxis: chart.middle[0] }, { yAxis: chart.middle[1] }],
        },
      }],
    };
  };

  window.renkeCharts.quadrant = { options, height };
})();
