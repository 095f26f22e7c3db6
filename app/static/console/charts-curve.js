// A score against what is supposed of those who did not answer: all groups together, and each group alone.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", GREY = "#8796a3", LINE = "#d5dce3";
  const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 4], [10, 4], [4, 2, 1, 2]];

  const at = (points, x) => {
    const next = Math.max(1, points.findIndex(([less]) => less >= x));
    const [x0, y0] = points[next - 1], [x1, y1] = points[next];
    return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  };

  const TOP = 32, BOTTOM = 50, GAP = 15;

  const lines = (chart) => chart.lines.map(({ main, points }, place) => ({
    type: "line", silent: true, symbol: "none", data: points, z: main ? 3 : 1,
    lineStyle: { color: main ? BLUE : GREY, width: main ? 3.5 : 1.5, type: main ? "solid" : DASHES[place % DASHES.length] },
  }));

  // names at the ends of the lines, moved apart where lines end close together
  const names = (chart, narrow, height) => {
    const scale = (height - TOP - BOTTOM) / (chart.most - chart.least);
    const ends = chart.lines.map(({ name, main, points }) => ({ name, main, end: points.at(-1), y: (chart.most - points.at(-1)[1]) * scale }));
    ends.sort((one, other) => one.y - other.y);
    ends.forEach((each, place) => { each.at = place ? Math.max(each.y, ends[place - 1].at + GAP) : each.y; });
    const over = ends.at(-1).at - (height - TOP - BOTTOM);
    if (over > 0) ends.reverse().forEach((each, place, all) => { each.at = Math.min(each.at, place ? all[place - 1].at - GAP : each.at - over); });
    return ends.map(({ name, main, end, y, at: moved }) => ({
      value: end, symbolSize: 0.1,
      label: {
        show: true, formatter: name, position: "right", distance: 6, offset: [0, moved - y], color: main ? BLUE : SOFT,
        fontSize: narrow ? 11 : 12, fontWeight: main ? 700 : 400,
      },
    }));
  };

  const marks = (chart, narrow) => {
    const { points } = chart.lines.at(-1);
    const [first, last] = [points[0][0], points.at(-1)[0]];
    const supposed = Number(document.getElementById(chart.control)?.value);
    const found = [];
    if (Number.isFinite(supposed) && supposed >= first && supposed <= last) {
      found.push({
        value: [supposed, at(points, supposed)], symbol: "circle", symbolSize: 15,
        itemStyle: { color: "#fff", borderColor: BLUE, borderWidth: 3, opacity: 1 },
        label: {
          show: true, formatter: at(points, supposed).toFixed(1), position: "top", distance: 8, color: BLUE, fontSize: 14, fontWeight: 700,
          backgroundColor: "rgba(255,255,255,.85)", padding: [0, 2],
        },
      });
    }
    if (chart.crossing) {
      found.push({
        value: [chart.crossing.less, chart.threshold], symbol: "diamond", symbolSize: 15,
        itemStyle: { color: ORANGE, borderColor: "#fff", borderWidth: 1.5, opacity: 1 },
        label: {
          show: true, formatter: chart.crossing.text, position: "bottom", distance: 10, color: INK, fontSize: 12,
          backgroundColor: "rgba(255,255,255,.85)", padding: [0, 2],
        },
      });
    }
    return found;
  };

  const height = (chart, width) => (width < 560 ? 340 : 400);

  const options = (chart, narrow, width) => {
    const { points } = chart.lines.at(-1);
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: { text: chart.up, left: 8, top: 4, textStyle: { color: SOFT, fontSize: 12, fontWeight: 400 } },
      grid: { left: 44, right: narrow ? 84 : 124, top: TOP, bottom: BOTTOM },
      xAxis: {
        type: "value", min: points[0][0], max: points.at(-1)[0], name: chart.across, nameLocation: "middle", nameGap: 28,
        nameTextStyle: { color: SOFT, fontSize: 12 }, axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true },
        splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: LINE } },
      },
      yAxis: {
        type: "value", min: chart.least, max: chart.most, axisLabel: { color: SOFT, fontSize: 12 },
        axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: "#e6ebef" } },
      },
      series: [
        ...lines(chart),
        { type: "scatter", silent: true, clip: false, data: names(chart, narrow, height(chart, width)) },
        {
          type: "scatter", silent: true, z: 5, data: marks(chart, narrow),
          markLine: {
            silent: true, symbol: "none", lineStyle: { color: INK, type: "dashed", width: 1.25 },
            label: { formatter: chart.line, position: "insideStartBottom", color: INK, fontSize: 12 }, data: [{ yAxis: chart.threshold }],
          },
        },
        {
          type: "scatter", silent: true, data: [],
          markLine: {
            silent: true, symbol: "none", label: { show: false }, lineStyle: { color: LINE, type: "solid", width: 1 }, data: [{ xAxis: 0 }],
          },
        },
      ],
    };
  };

  window.renkeCharts.curve = { options, height };
})();
