// Campaigns over time: a line for each group with its intervals; and changes about 0, each with its interval.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", GREY = "#5b6670", LINE = "#d5dce3";
  const tooltip = {
    trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
    textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
    formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
  };

  // names at the ends of lines, moved apart as far as they need
  const LINE_HEIGHT = 14;
  const room = (chart, narrow) => {
    const longest = Math.max(...chart.lines.map(({ label, whole }) => window.renkeText.wide(label, 12, whole)));
    return Math.min(longest, narrow ? 96 : 180);
  };
  const spoken = (chart, { label, whole }, narrow) => window.renkeText.broken(label, room(chart, narrow), 12, whole);
  const apart = (chart, high, narrow) => {
    const ends = chart.lines.map((line, place) => {
      const last = line.points[line.points.length - 1].value;
      const half = (LINE_HEIGHT * spoken(chart, line, narrow).length + 3) / 2;
      return { place, half, own: (1 - (last - chart.least) / (chart.most - chart.least)) * high };
    }).sort((one, other) => one.own - other.own);
    let free = -Infinity;
    for (const end of ends) free = (end.at = Math.max(end.own, free + end.half)) + end.half;
    for (let place = ends.length - 1, most = high; place >= 0; place -= 1) {
      ends[place].at = Math.min(ends[place].at, most - (place === ends.length - 1 ? 0 : ends[place].half));
      most = ends[place].at - ends[place].half;
    }
    return ends.reduce((moved, { place, own, at }) => ({ ...moved, [place]: at - own }), {});
  };

  const tall = (width) => (width < 560 ? 380 : 400);
  const TOP = 26, BOTTOM = 34;

  const slope = (chart, narrow, width, moved = apart(chart, tall(width) - TOP - BOTTOM, narrow)) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 44, right: room(chart, narrow) + 16, top: TOP, bottom: BOTTOM },
    xAxis: {
      type: "category", data: chart.rounds, boundaryGap: chart.rounds.length > 2 || !narrow, axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, fontSize: 13, interval: 0, width: narrow ? 90 : 200, overflow: "break" },
    },
    yAxis: {
      type: "value", min: chart.least, max: chart.most, axisLabel: { color: SOFT, fontSize: 12 },
      splitLine: { lineStyle: { color: "#e6ebef" } },
    },
    tooltip,
    series: [
      ...chart.lines.map((line, place) => ({
        type: "line", name: line.label, connectNulls: true, z: line.whole ? 3 : 2,
        symbol: line.whole ? "circle" : "emptyCircle", symbolSize: line.whole ? 11 : 7,
        lineStyle: { color: line.whole ? BLUE : "#9aa7b3", width: line.whole ? 3 : 1.5 },
        itemStyle: { color: line.whole ? BLUE : "#7d8a95" },
        data: line.points.map((point) => ({ value: point.value, tip: point.tip, name: line.label })),
        endLabel: { show: true, formatter: spoken(chart, line, narrow).join("\n"), lineHeight: LINE_HEIGHT, color: line.whole ? BLUE : SOFT, fontSize: 12, fontWeight: line.whole ? 700 : 400, distance: 8, offset: [0, moved[place]] },
        markLine: {
          silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "solid", color: BLUE, width: 2 },
          data: line.whole ? line.points.flatMap((point, at) => (point.low === null ? [] : [[
            { coord: [at, point.low] }, { coord: [at, point.high] },
          ]])) : [],
        },
      })),
      {
        type: "line", data: [], silent: true,
        markLine: {
          silent: true, symbol: "none", lineStyle: { color: INK, type: "dashed", width: 1.25 },
          label: { formatter: chart.line, position: narrow ? "insideMiddleBottom" : "insideStartTop", color: INK, fontSize: 12 }, data: [{ yAxis: chart.threshold }],
        },
      },
    ],
  });

  const ROW = 32, HEAD = 34, FOOT = 30;
  const SIDES = {
    better: { colour: BLUE, symbol: "triangle", filled: true },
    same: { colour: GREY, symbol: "circle", filled: false },
    worse: { colour: ORANGE, symbol: "rect", filled: true },
  };

  const beside = (chart, narrow) => {
    const longest = Math.max(...chart.rows.map(({ label }) => window.renkeText.wide(label, narrow ? 12 : 13)));
    return Math.min(longest, narrow ? 112 : 260);
  };
  const lines = (chart, label, narrow) => window.renkeText.broken(label, beside(chart, narrow), narrow ? 12 : 13);

  // rows are as high as the longest label needs
  const high = (chart, width) => {
    const most = Math.max(...chart.rows.map(({ label }) => lines(chart, label, width < 560).length));
    return HEAD + FOOT + Math.max(ROW, 15 * most + 8) * chart.rows.length;
  };

  const shift = (chart, narrow) => {
    const labels = beside(chart, narrow);
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: labels + 20, right: narrow ? 60 : 72, top: HEAD, bottom: FOOT },
      xAxis: {
        type: "value", min: -chart.most, max: chart.most,
        axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true, formatter: (value) => (value > 0 ? `+${value}` : value) },
        splitLine: { lineStyle: { color: "#e6ebef" } },
      },
      yAxis: [
        {
          type: "category", inverse: true, data: chart.rows.map((row) => row.label), axisTick: { show: false },
          axisLine: { onZero: false, lineStyle: { color: LINE } },
          axisLabel: {
            color: INK, fontSize: narrow ? 12 : 13, lineHeight: 15, interval: 0,
            formatter: (label) => lines(chart, label, narrow).join("\n"),
          },
        },
        {
          type: "category", inverse: true, position: "right", data: chart.rows.map((row) => row.label), axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: INK, fontSize: 13, interval: 0, formatter: (_, place) => chart.rows[place].shown },
        },
      ],
      tooltip,
      series: [
        {
          type: "scatter", z: 3, symbolSize: 12,
          data: chart.rows.map((row, place) => {
            const { colour, symbol, filled } = SIDES[row.side];
            const itemStyle = { color: filled ? colour : "#fff", borderColor: colour, borderWidth: 2, opacity: 1 };
            return { value: [row.value, place], name: row.label, tip: row.tip, symbol, itemStyle };
          }),
          markLine: {
            silent: true, symbol: "none", label: { show: false },
            data: chart.rows.flatMap((row, place) => (row.low === null ? [] : [[
              { coord: [Math.max(row.low, -chart.most), place], lineStyle: { type: "solid", color: SIDES[row.side].colour, width: 2.5 } },
              { coord: [Math.min(row.high, chart.most), place] },
            ]])),
          },
        },
        { type: "scatter", data: [], yAxisIndex: 1 }, // or the numbers are not drawn
        {
          type: "scatter", data: [], silent: true,
          markLine: {
            silent: true, symbol: "none", lineStyle: { color: INK, type: "solid", width: 1.25 },
            label: { formatter: chart.line, position: "start", color: INK, fontSize: 12 }, data: [{ xAxis: 0 }],
          },
        },
      ],
    };
  };

  window.renkeCharts.slope = { options: slope, height: (chart, width) => tall(width) };
  window.renkeCharts.shift = { options: shift, height: high };
})();
