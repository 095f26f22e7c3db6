// Dots and intervals, the score against its threshold, and the frame of every chart. The numbers come with the page and
// are in a table as well. Other kinds stand in files of their own, loaded before this one: each adds { options, height }
// to renkeCharts, and measures its words with renkeText.
"use strict";

window.renkeText = (() => {
  const pen = document.createElement("canvas").getContext("2d");

  // how wide words are on this screen, in pixels
  const wide = (text, size = 13, bold = false) => {
    pen.font = `${bold ? 700 : 400} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return Math.ceil(pen.measureText(text).width);
  };

  // the lines in which words fit into `room`: Chinese breaks anywhere, other words between them
  const broken = (text, room, size = 13, bold = false) => {
    const lines = [""];
    for (const each of text.match(/[\u2e80-\uffff][，。、？！：；）》”’…]*|[^\s\u2e80-\uffff]+\s*|\s+/g) ?? []) {
      if (lines.at(-1) && wide((lines.at(-1) + each).trim(), size, bold) > room) lines.push("");
      lines[lines.length - 1] += each;
    }
    return lines.map((line) => line.trim());
  };

  return { wide, broken };
})();

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", GREY = "#5b6670", LINE = "#d5dce3";
  const ROW = 32, HEAD = 34, FOOT = 30;
  const VALUE = 72; // of the scores on the right
  const head = (narrow) => (narrow ? HEAD + 20 : HEAD); // two lines above the numbers, and the threshold's name below

  const { wide, broken } = window.renkeText;
  const besides = (chart) => Math.max(58, wide(chart.heads.side) + 8); // of the rates beside them

  // where an interval lies is told by shape and filling, and by colour only besides
  const SIDES = {
    above: { colour: BLUE, symbol: "circle", filled: true },
    across: { colour: GREY, symbol: "circle", filled: false },
    below: { colour: ORANGE, symbol: "rect", filled: true },
  };

  const segments = (chart) => chart.rows
    .map((row, place) => [row, place])
    .filter(([row]) => row.low !== null)
    .map(([row, place]) => [
      {
        coord: [Math.max(row.low, chart.least), place],
        lineStyle: { color: SIDES[row.side].colour, width: row.kind === "composite" ? 4 : 2.5 },
      },
      { coord: [row.high, place] },
    ]);

  const dots = (chart) => chart.rows.map((row, place) => {
    const { colour, symbol, filled } = SIDES[row.side];
    return {
      value: [row.value, place],
      symbol: row.bound ? "triangle" : symbol, // only a limit is known
      symbolRotate: { above: -90, below: 90 }[row.bound] ?? 0,
      symbolSize: row.kind === "composite" ? 14 : 11,
      itemStyle: { color: filled ? colour : "#fff", borderColor: colour, borderWidth: 2, opacity: 1 },
      tip: row.tip,
      name: row.label,
    };
  });

  const threshold = (chart, position) => ({
    type: "scatter", data: [], silent: true,
    markLine: {
      silent: true, symbol: "none", lineStyle: { color: INK, type: "dashed", width: 1.25 },
      label: { formatter: chart.line, position, color: INK, fontSize: 12 }, data: [{ xAxis: chart.threshold }],
    },
  });

  const tooltip = {
    trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
    textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
    formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
  };

  const numbers = (chart, narrow) => ({
    type: "category", inverse: true, position: "right", data: chart.rows.map((row) => row.label),
    axisTick: { show: false }, axisLine: { show: false },
    axisLabel: {
      margin: 12, interval: 0,
      formatter: (_, place) => {
        const { shown, rate, kind } = chart.rows[place];
        const style = kind === "composite" ? "b" : "v";
        return narrow ? `{${style}|${shown}}\n{n|${rate}}` : `{${style}|${shown}}{r|${rate}}`;
      },
      rich: {
        v: { color: INK, fontSize: 13, width: VALUE, align: "right" },
        b: { color: INK, fontSize: 13, width: VALUE, align: "right", fontWeight: 700 },
        r: { color: SOFT, fontSize: 13, width: besides(chart), align: "right" },
        n: { color: SOFT, fontSize: 11, width: VALUE, align: "right" },
      },
    },
  });

  const above = (chart, narrow) => {
    const style = { fontSize: 12, fontWeight: 400, color: SOFT };
    const both = narrow ? `${chart.heads.value}\n${chart.heads.side}` : chart.heads.side;
    const side = { text: both, right: 0, top: narrow ? 0 : 6, textStyle: { ...style, align: "right", lineHeight: 14 } };
    return narrow ? [side] : [side, { text: chart.heads.value, right: besides(chart) + 6, top: 6, textStyle: style }];
  };

  const isBold = (row) => row.kind === "composite";
  const room = (chart, narrow) => {
    const longest = Math.max(...chart.rows.map((row) => wide(row.label, narrow ? 12 : 13, isBold(row))));
    return Math.min(longest, narrow ? 92 : 240);
  };
  const lines = (chart, row, narrow) => broken(row.label, room(chart, narrow), narrow ? 12 : 13, isBold(row));

  // rows are as high as the longest label needs
  const height = (chart, width) => {
    const most = Math.max(...chart.rows.map((row) => lines(chart, row, width < 560).length));
    return head(width < 560) + FOOT + Math.max(ROW, 15 * most + 8) * chart.rows.length;
  };

  const options = (chart, narrow) => {
    const font = getComputedStyle(document.body).fontFamily;
    const labels = room(chart, narrow);
    return {
      animation: false,
      textStyle: { fontFamily: font },
      title: above(chart, narrow),
      grid: { left: labels + 20, right: VALUE + (narrow ? 8 : besides(chart) + 18), top: head(narrow), bottom: FOOT },
      xAxis: {
        type: "value", min: chart.least, max: 100,
        axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true }, splitLine: { lineStyle: { color: "#e6ebef" } },
      },
      yAxis: [
        {
          type: "category", inverse: true, data: chart.rows.map((row) => row.label),
          axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
          axisLabel: {
            interval: 0,
            formatter: (_, place) => lines(chart, chart.rows[place], narrow)
              .map((line) => `{${isBold(chart.rows[place]) ? "b" : "n"}|${line}}`).join("\n"),
            rich: {
              b: { color: INK, fontSize: narrow ? 12 : 13, lineHeight: 15, fontWeight: 700 },
              n: { color: INK, fontSize: narrow ? 12 : 13, lineHeight: 15 },
            },
          },
        },
        numbers(chart, narrow),
      ],
      tooltip,
      series: [
        {
          type: "scatter", data: dots(chart), z: 3,
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "solid" }, data: segments(chart) },
        },
        { type: "scatter", data: [], yAxisIndex: 1 }, // or the numbers are not drawn
        threshold(chart, "start"),
      ],
    };
  };

  // The score with its interval on a scale of three zones.
  const FILLS = { below: "#fbe6d6", between: "#edf0f3", above: "#dcebf9" };
  const NAMES = { below: "#8a3900", between: "#46515b", above: "#0a3d73" };

  const fits = (zone, chart, width) => {
    const room = ((zone.to - zone.from) / (chart.most - chart.least)) * (width - 32);
    const name = wide(zone.name, 13, true) + 12;
    return room > (zone.zone === "between" ? 2 * name : name); // the threshold runs through the middle one
  };

  const zones = (chart, narrow, width) => {
    const side = chart.low >= chart.threshold ? "above" : chart.high < chart.threshold ? "below" : "across";
    const { colour, symbol, filled } = SIDES[side];
    const end = (value, text, position) => ({
      value: [value, 0], symbol: "rect", symbolSize: [2.5, 12], itemStyle: { color: colour, opacity: 1 },
      label: { show: true, formatter: text, position, color: INK, fontSize: 13, distance: 6 },
    });
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 16, right: 16, top: 22, bottom: 26 },
      xAxis: {
        type: "value", min: chart.least, max: chart.most, axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true },
        splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: LINE } },
      },
      yAxis: { type: "value", min: -1, max: 1, show: false },
      series: [
        {
          type: "scatter", silent: true, z: 3,
          data: [
            end(chart.low, chart.shown[0], "left"),
            end(chart.high, chart.shown[2], "right"),
            {
              value: [chart.value, 0], symbol, symbolSize: 18,
              itemStyle: { color: filled ? colour : "#fff", borderColor: colour, borderWidth: 3, opacity: 1 },
              label: { show: true, formatter: chart.shown[1], position: "bottom", color: INK, fontSize: 16, fontWeight: 700, distance: 6 },
            },
          ],
          markLine: {
            silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "solid", color: colour, width: 4 },
            data: [[{ coord: [chart.low, 0] }, { coord: [chart.high, 0] }]],
          },
          markArea: {
            silent: true,
            data: chart.zones.filter((zone) => zone.to > zone.from).map((zone) => [
              {
                xAxis: zone.from, itemStyle: { color: FILLS[zone.zone] },
                name: fits(zone, chart, width) ? zone.name : "",
                label: { position: zone.zone === "between" ? "insideTopLeft" : "insideTop", color: NAMES[zone.zone], fontSize: 13, fontWeight: 600, distance: 8 },
              },
              { xAxis: zone.to },
            ]),
          },
        },
        threshold(chart, "end"),
      ],
    };
  };

  const kinds = {
    dots: { options, height },
    zones: { options: zones, height: () => 158 },
    ...window.renkeCharts,
  };

  const library = document.currentScript.dataset.library;
  const places = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const chart = JSON.parse(document.getElementById(`chart-${place.dataset.chart}`).textContent);
    return { place, chart, kind: kinds[chart.kind ?? "dots"] };
  });

  const draw = ({ place, chart, kind }) => {
    const size = () => ({ width: place.clientWidth, height: kind.height(chart, place.clientWidth) });
    const drawn = echarts.init(place, null, { renderer: "svg", ...size() });
    const fit = () => {
      drawn.resize(size());
      drawn.setOption(kind.options(chart, place.clientWidth < 560, place.clientWidth));
      const svg = place.querySelector("svg");
      svg?.setAttribute("viewBox", `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`); // so that paper can shrink it
    };
    fit();
    place.style.minHeight = "";
    window.addEventListener("resize", fit);
  };

  // The library is large: the words and numbers of the page are painted first, with room where charts will be.
  const load = () => {
    const script = Object.assign(document.createElement("script"), { src: library });
    script.addEventListener("load", () => places.forEach(draw));
    document.head.append(script);
  };
  for (const { place, chart, kind } of places) place.style.minHeight = `${kind.height(chart, place.clientWidth)}px`;
  if (places.length) requestAnimationFrame(() => setTimeout(load));

  // what is folded up on the screen is printed, and folded up again
  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details.data:not([open])")) Object.assign(each, { open: true }).dataset.printed = "";
  });
  window.addEventListener("afterprint", () => {
    for (const each of document.querySelectorAll("details.data[data-printed]")) {
      each.open = false;
      delete each.dataset.printed;
    }
  });
})();
