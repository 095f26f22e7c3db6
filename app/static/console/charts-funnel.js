// Schools by how many answered, and the lines between which chance and usual differences leave them.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", LINE = "#d5dce3";
  const STYLES = [{ color: SOFT, type: "dashed", width: 1.5 }, { color: SOFT, type: "solid", width: 1.5 }];

  const edges = (chart) => chart.limits.flatMap(({ name, low, high }, place) => [low, high].map((line, side) => ({
    type: "line", silent: true, symbol: "none", lineStyle: STYLES[place], z: 1,
    data: chart.n.map((n, at) => [n, line[at]]),
    endLabel: { show: side === 1, formatter: name, color: SOFT, fontSize: 12, offset: [-38, place ? -10 : 10] },
  })));

  const dots = (chart, narrow) => chart.rows.map((row) => ({
    value: [row.n, row.value], name: row.label, tip: row.tip,
    symbol: row.found ? "diamond" : "circle", symbolSize: row.found ? 16 : 9,
    itemStyle: { color: row.found ? ORANGE : BLUE, borderColor: "#fff", borderWidth: 1, opacity: row.found ? 1 : 0.75 },
    label: {
      show: row.found, formatter: row.label, position: "top", color: INK, fontSize: 12, backgroundColor: "rgba(255,255,255,.85)",
      width: narrow ? 96 : 200, overflow: "truncate",
    },
  }));

  const options = (chart, narrow) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 48, right: narrow ? 16 : 56, top: 26, bottom: 52 },
    xAxis: {
      type: "value", min: 0, max: chart.largest, name: chart.across, nameLocation: "middle", nameGap: 30,
      nameTextStyle: { color: SOFT, fontSize: 12 }, axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true },
      splitLine: { show: false }, axisLine: { lineStyle: { color: LINE } },
    },
    yAxis: {
      type: "value", min: chart.least, max: chart.most, axisLabel: { color: SOFT, fontSize: 12 },
      splitLine: { lineStyle: { color: "#e6ebef" } },
    },
    tooltip: {
      trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
      textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
      formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
    },
    series: [
      ...edges(chart),
      {
        type: "scatter", z: 3, data: dots(chart, narrow), labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
        markLine: {
          silent: true, symbol: "none", lineStyle: { color: INK, type: "solid", width: 1.25 },
          label: { formatter: chart.line, position: "insideEndTop", color: INK, fontSize: 12, backgroundColor: "rgba(255,255,255,.85)", padding: [0, 2] }, data: [{ yAxis: chart.target }],
        },
      },
    ],
  });

  window.renkeCharts.funnel = { options, height: (chart, width) => (width < 560 ? 360 : 440) };
})();
