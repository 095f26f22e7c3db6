// How much something goes with the overall judgement, against how satisfied people are with it; lines at the means.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", LINE = "#d5dce3";

  const dots = (chart, narrow) => chart.rows.map(({ label, x, y, first, tip }) => ({
    value: [x, y], name: label, tip,
    symbol: first ? "rect" : "circle", symbolSize: first ? 13 : 12,
    itemStyle: { color: first ? ORANGE : BLUE, borderColor: "#fff", borderWidth: 1.5, opacity: 1 },
    label: {
      show: true, formatter: label, position: x > (chart.left + chart.right) / 2 ? "left" : "right", distance: 8,
      color: INK, fontSize: narrow ? 11 : 13, fontWeight: first ? 700 : 400, backgroundColor: "rgba(255,255,255,.8)", padding: [0, 2],
      width: narrow ? 88 : 200, overflow: "break", lineHeight: narrow ? 13 : 16,
    },
  }));

  const corner = (text, position, narrow) => ({
    type: "text", silent: true, z: 1, ...position,
    style: { text, fill: SOFT, fontSize: narrow ? 11 : 13, fontWeight: 600, width: narrow ? 110 : 220, overflow: "break" },
  });

  const options = (chart, narrow) => {
    const frame = { left: 48, right: narrow ? 12 : 24, top: 28, bottom: 52 };
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: { text: chart.up, left: 4, top: 4, textStyle: { color: SOFT, fontSize: 12, fontWeight: 400 } },
      grid: frame,
      graphic: [
        corner(chart.corners.first, { left: frame.left + 10, top: frame.top + 8 }, narrow),
        corner(chart.corners.keep, { right: frame.right + 10, top: frame.top + 8 }, narrow),
        corner(chart.corners.later, { left: frame.left + 10, bottom: frame.bottom + 8 }, narrow),
        corner(chart.corners.fine, { right: frame.right + 10, bottom: frame.bottom + 8 }, narrow),
      ],
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
        type: "scatter", z: 3, data: dots(chart, narrow), labelLayout: { moveOverlap: "shiftY" },
        markLine: {
          silent: true, symbol: "none", label: { show: false }, lineStyle: { color: SOFT, type: "dashed", width: 1.25 },
          data: [{ xAxis: chart.middle[0] }, { yAxis: chart.middle[1] }],
        },
      }],
    };
  };

  window.renkeCharts.quadrant = { options, height: (chart, width) => (width < 560 ? 400 : 460) };
})();
