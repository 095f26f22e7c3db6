// Values with their intervals, each beside a mark of its own: a scorecard's threshold, say.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", GREY = "#5b6670", LINE = "#d5dce3";
  const SIDES = {
    above: { colour: BLUE, symbol: "circle", filled: true },
    across: { colour: GREY, symbol: "circle", filled: false },
    below: { colour: ORANGE, symbol: "rect", filled: true },
  };
  const HEAD = 34, FOOT = 30;

  const dots = (chart) => chart.rows.map(({ label, value, side, strong, tip }, place) => {
    const { colour, symbol, filled } = SIDES[side];
    return {
      value: [value, place], name: label, tip, symbol, symbolSize: strong ? 14 : 11,
      itemStyle: { color: filled ? colour : "#fff", borderColor: colour, borderWidth: 2, opacity: 1 },
    };
  });

  const segments = (chart) => chart.rows
    .map((each, place) => [each, place])
    .filter(([each]) => each.low !== null)
    .map(([{ low, high, side, strong }, place]) => [
      { coord: [Math.max(low, chart.least), place], lineStyle: { color: SIDES[side].colour, width: strong ? 4 : 2.5 } },
      { coord: [Math.min(high, chart.most), place] },
    ]);

  const marks = (chart) => chart.rows
    .map(({ mark }, place) => [mark, place])
    .filter(([mark]) => mark !== null)
    .map((value) => ({ value, symbol: "rect", symbolSize: [2.5, 22], itemStyle: { color: INK, opacity: 1 } }));

  const style = (narrow) => ({
    b: { color: INK, fontSize: narrow ? 12 : 13, fontWeight: 700, lineHeight: 15 },
    n: { color: INK, fontSize: narrow ? 12 : 13, lineHeight: 15 },
  });

  const room = (chart, narrow) => {
    const longest = Math.max(...chart.rows.map(({ label, strong }) => window.renkeText.wide(label, narrow ? 12 : 13, strong)));
    return Math.min(longest, narrow ? 128 : 320);
  };
  const lines = (chart, { label, strong }, narrow) => window.renkeText.broken(label, room(chart, narrow), narrow ? 12 : 13, strong);

  // rows are as high as the longest label needs
  const height = (chart, width) => {
    const most = Math.max(...chart.rows.map((each) => lines(chart, each, width < 560).length));
    return HEAD + FOOT + Math.max(34, 15 * most + 8) * chart.rows.length;
  };

  const options = (chart, narrow) => {
    const labels = room(chart, narrow);
    const spoken = (_, place) => lines(chart, chart.rows[place], narrow)
      .map((part) => `{${chart.rows[place].strong ? "b" : "n"}|${part}}`).join("\n");
    const category = { type: "category", inverse: true, data: chart.rows.map(({ label }) => label), axisTick: { show: false } };
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: [{ text: chart.head, right: 8, top: 8, textStyle: { color: SOFT, fontSize: 12, fontWeight: 400 } }],
      grid: { left: labels + 20, right: narrow ? 58 : 76, top: HEAD, bottom: FOOT },
      xAxis: {
        type: "value", min: chart.least, max: chart.most, ...(narrow ? { interval: (chart.most - chart.least) / 2 } : {}),
        axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true, formatter: `{value}${chart.unit}` }, splitLine: { lineStyle: { color: "#e6ebef" } },
      },
      yAxis: [
        { ...category, axisLine: { lineStyle: { color: LINE } }, axisLabel: { interval: 0, formatter: spoken, rich: style(narrow) } },
        {
          ...category, position: "right", axisLine: { show: false },
          axisLabel: {
            interval: 0, margin: 10, rich: { v: { color: INK, fontSize: 13, width: 48, align: "right" }, s: { color: INK, fontSize: 13, width: 48, align: "right", fontWeight: 700 } },
            formatter: (_, place) => `{${chart.rows[place].strong ? "s" : "v"}|${chart.rows[place].shown}}`,
          },
        },
      ],
      tooltip: {
        trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
        textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
        formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
      },
      series: [
        {
          type: "scatter", z: 3, data: dots(chart),
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "solid" }, data: segments(chart) },
        },
        { type: "scatter", silent: true, z: 2, data: marks(chart) },
        { type: "scatter", data: [], yAxisIndex: 1 }, // or the numbers are not drawn
      ],
    };
  };

  window.renkeCharts.ranges = { options, height };
})();
