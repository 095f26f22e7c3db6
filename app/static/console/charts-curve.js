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

  const TOP = 32, LINE_HEIGHT = 13;

  const across = (chart, width) => window.renkeText.broken(chart.across, width - 24, 12);
  const below = (chart, width) => 34 + 15 * across(chart, width).length;

  const room = (chart, narrow) => {
    const longest = Math.max(...chart.lines.map(({ name, main }) => window.renkeText.wide(name, narrow ? 11 : 12, main)));
    return Math.min(longest, narrow ? 92 : 180);
  };
  const spoken = (chart, { name, main }, narrow) => window.renkeText.broken(name, room(chart, narrow), narrow ? 11 : 12, main);

  const lines = (chart) => chart.lines.map(({ main, points }, place) => ({
    type: "line", silent: true, symbol: "none", data: points, z: main ? 3 : 1,
    lineStyle: { color: main ? BLUE : GREY, width: main ? 3.5 : 1.5, type: main ? "solid" : DASHES[place % DASHES.length] },
  }));

  // names at the ends of the lines, moved apart where lines end close together
  const names = (chart, narrow, high) => {
    const scale = high / (chart.most - chart.least);
    const ends = chart.lines.map((line) => {
      const name = spoken(chart, line, narrow);
      return { name, main: line.main, end: line.points.at(-1), y: (chart.most - line.points.at(-1)[1]) * scale, half: (LINE_HEIGHT * name.length + 3) / 2 };
    });
    ends.sort((one, other) => one.y - other.y);
    ends.forEach((each, place) => { each.at = place ? Math.max(each.y, ends[place - 1].at + ends[place - 1].half + each.half) : each.y; });
    const over = ends.at(-1).at - high;
    if (over > 0) {
      ends.reverse().forEach((each, place, all) => {
        each.at = Math.min(each.at, place ? all[place - 1].at - all[place - 1].half - each.half : each.at - over);
      });
    }
    return ends.map(({ name, main, end, y, at: moved }) => ({
      value: end, symbolSize: 0.1,
      label: {
        show: true, formatter: name.join("\n"), position: "right", distance: 6, offset: [0, moved - y], color: main ? BLUE : SOFT,
        lineHeight: LINE_HEIGHT, fontSize: narrow ? 11 : 12, fontWeight: main ? 700 : 400,
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
          align: chart.crossing.less < first + (last - first) * 0.4 ? "left" : chart.crossing.less > last - (last - first) * 0.4 ? "right" : "center",
          show: true, formatter: chart.crossing.text, position: "bottom", distance: narrow ? 24 : 10, color: INK, fontSize: 12,
          backgroundColor: "rgba(255,255,255,.85)", padding: [0, 2],
        },
      });
    }
    return found;
  };

  const height = (chart, width) => (width < 560 ? 380 : 400);

  const options = (chart, narrow, width) => {
    const { points } = chart.lines.at(-1);
    const soft = { color: SOFT, fontSize: 12, fontWeight: 400, lineHeight: 15 };
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: [
        { text: chart.up, left: 8, top: 4, textStyle: soft },
        { text: across(chart, width).join("\n"), left: "center", bottom: 0, textStyle: { ...soft, align: "center" } },
      ],
      grid: { left: 44, right: room(chart, narrow) + 14, top: TOP, bottom: below(chart, width) },
      xAxis: {
        type: "value", min: points[0][0], max: points.at(-1)[0], axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true },
        splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: LINE } },
      },
      yAxis: {
        type: "value", min: chart.least, max: chart.most, axisLabel: { color: SOFT, fontSize: 12 },
        axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: "#e6ebef" } },
      },
      series: [
        ...lines(chart),
        { type: "scatter", silent: true, clip: false, data: names(chart, narrow, height(chart, width) - TOP - below(chart, width)) },
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
