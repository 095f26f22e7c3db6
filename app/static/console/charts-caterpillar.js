// Many schools in the order of their values: stabilised value with interval, raw value beside it. Rows on a narrow
// screen or with names; columns where there are too many to name and room enough across.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", GREY = "#5b6670", LINE = "#d5dce3";
  const SIDES = {
    above: { colour: BLUE, symbol: "circle", filled: true },
    across: { colour: GREY, symbol: "circle", filled: false },
    below: { colour: ORANGE, symbol: "rect", filled: true },
  };
  const NAMED = 45, HEAD = 40, FOOT = 34;

  const across = (chart, width) => width >= 700 && chart.rows.length > NAMED;
  const step = (chart) => (chart.rows.length <= NAMED ? 28 : chart.rows.length <= 120 ? 12 : 6);
  const height = (chart, width) => (across(chart, width) ? 460 : HEAD + FOOT + step(chart) * chart.rows.length);

  const options = (chart, narrow, width) => {
    const turned = across(chart, width), named = chart.rows.length <= NAMED;
    const at = (value, place) => (turned ? [place, value] : [value, place]);
    const size = named ? 11 : turned ? Math.max(4, Math.min(8, width / chart.rows.length)) : Math.min(8, step(chart) - 1);
    const { wide } = window.renkeText;
    const labels = named ? Math.min(Math.max(...chart.rows.map((row) => wide(row.label, narrow ? 12 : 13))), narrow ? 124 : 260) : 0;
    const scale = {
      type: "value", min: chart.least, max: chart.most,
      axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true }, splitLine: { lineStyle: { color: "#e6ebef" } },
    };
    const schools = {
      type: "category", inverse: !turned, data: chart.rows.map((row) => row.label),
      axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
      axisLabel: { show: named, color: INK, fontSize: narrow ? 12 : 13, width: labels, overflow: "truncate", interval: 0 },
    };
    // on the side of its line where it fits
    const fitting = (value, text, align) => {
      const inner = width - labels - 44, place = ((value - chart.least) / (chart.most - chart.least)) * inner;
      if (align === "left" && place + wide(text, 12) + 8 > inner + 20) return "right";
      return align === "right" && place + labels < wide(text, 12) ? "left" : align;
    };
    const limit = (value, text, type, align) => ({
      [turned ? "yAxis" : "xAxis"]: value, lineStyle: { color: type === "solid" ? SOFT : INK, type, width: 1.25 },
      label: turned
        ? { formatter: text, color: INK, fontSize: 12, position: align === "left" ? "insideEndTop" : "insideEndBottom" }
        : { formatter: text, color: INK, fontSize: 12, position: "start", padding: [0, 4, ...(align === "left" ? [15] : [0]), 4], align: fitting(value, text, align) },
    });
    const higher = chart.common !== null && chart.common >= chart.threshold;
    const lines = [limit(chart.threshold, chart.line, "dashed", chart.common === null ? "center" : higher ? "right" : "left")];
    if (chart.common !== null) lines.push(limit(chart.common, chart.level, "solid", higher ? "left" : "right"));
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: turned ? { left: 44, right: 20, top: 24, bottom: 18 } : { left: labels + 20, right: 24, top: HEAD, bottom: FOOT },
      xAxis: turned ? schools : scale,
      yAxis: turned ? scale : schools,
      tooltip: {
        trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
        textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
        formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
      },
      series: [
        {
          type: "scatter", z: 2, symbol: "diamond", symbolSize: size * 0.85,
          data: chart.rows.map((row, place) => ({
            value: at(row.raw, place), name: row.label, tip: row.tip,
            itemStyle: { color: "#fff", borderColor: "#7d8a95", borderWidth: named ? 1.5 : 1, opacity: 1 },
          })),
        },
        {
          type: "scatter", z: 3, symbolSize: size,
          data: chart.rows.map((row, place) => {
            const { colour, symbol, filled } = SIDES[row.side];
            const itemStyle = { color: filled ? colour : "#fff", borderColor: colour, borderWidth: named ? 2 : 1.25, opacity: 1 };
            return { value: at(row.value, place), name: row.label, tip: row.tip, symbol, itemStyle };
          }),
          markLine: {
            silent: true, symbol: "none", label: { show: false },
            data: chart.rows.map((row, place) => [
              { coord: at(row.low, place), lineStyle: { type: "solid", color: SIDES[row.side].colour, width: named ? 2.5 : 1.25 } },
              { coord: at(row.high, place) },
            ]),
          },
        },
        { type: "scatter", data: [], silent: true, markLine: { silent: true, symbol: "none", data: lines } },
      ],
    };
  };

  window.renkeCharts.caterpillar = { options, height };
})();
