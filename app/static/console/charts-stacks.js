// Bars of a whole row each, one piece for each answer, from the best on the left; the number of people on the right.
"use strict";

window.renkeCharts = window.renkeCharts ?? {};

(() => {
  const INK = "#1b2733", SOFT = "#55636f", LINE = "#d5dce3";
  // from blue to orange by way of grey: apart for every colour vision, and in grey on paper
  const SCALES = {
    1: ["#0b5cad"], 2: ["#0b5cad", "#f0a04b"], 3: ["#0b5cad", "#c3ccd4", "#b34a00"], 4: ["#0b5cad", "#8fbce6", "#f3c592", "#b34a00"],
    5: ["#0b5cad", "#8fbce6", "#d9dee3", "#f3c592", "#b34a00"],
    6: ["#0a3d73", "#0b5cad", "#8fbce6", "#f3c592", "#d97a1e", "#8a3900"],
    7: ["#0a3d73", "#0b5cad", "#8fbce6", "#d9dee3", "#f3c592", "#d97a1e", "#8a3900"],
  };
  const DARK = new Set(["#0a3d73", "#0b5cad", "#b34a00", "#8a3900"]);
  const FOOT = 28, ROW = 36, LEGEND = 26;

  const room = (chart, narrow) => {
    const longest = Math.max(...chart.rows.map(({ label }, place) => window.renkeText.wide(label, narrow ? 12 : 13, place === chart.strong)));
    return Math.min(longest, narrow ? 104 : 260);
  };
  const lines = (chart, label, narrow) => window.renkeText.broken(label, room(chart, narrow), narrow ? 12 : 13);

  // the rows of names above the bars, as many as it takes
  const legendRows = (chart, width) => {
    let rows = 1, used = 0;
    for (const name of chart.names) {
      const wanted = Math.min(window.renkeText.wide(name, 12), width - 60) + 38;
      if (used && used + wanted > width - 16) { rows += 1; used = 0; }
      used += wanted;
    }
    return rows;
  };
  const head = (chart, width) => 8 + LEGEND * legendRows(chart, width) + 16;

  const height = (chart, width) => {
    const most = Math.max(...chart.rows.map(({ label }) => lines(chart, label, width < 560).length));
    return head(chart, width) + FOOT + Math.max(ROW, 15 * most + 12) * chart.rows.length;
  };

  const options = (chart, narrow, width) => {
    const colours = SCALES[chart.names.length];
    const top = head(chart, width);
    const bold = (place) => (place === chart.strong ? "b" : "n");
    const spoken = (_, place) => lines(chart, chart.rows[place].label, narrow).map((part) => `{${bold(place)}|${part}}`).join("\n");
    const size = narrow ? 12 : 13;
    const rich = { b: { color: INK, fontSize: size, fontWeight: 700, lineHeight: 15 }, n: { color: INK, fontSize: size, lineHeight: 15 } };
    const category = { type: "category", inverse: true, data: chart.rows.map(({ label }) => label), axisTick: { show: false } };
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: { text: chart.head, right: 8, top: top - 18, textStyle: { color: SOFT, fontSize: 12, fontWeight: 400 } },
      legend: {
        type: "plain", top: 4, left: 4, itemWidth: 14, itemHeight: 14, itemGap: 14, selectedMode: false,
        textStyle: { color: INK, fontSize: 12, width: width - 60, overflow: "truncate" }, data: chart.names,
      },
      grid: { left: room(chart, narrow) + 20, right: narrow ? 52 : 68, top, bottom: FOOT },
      xAxis: { type: "value", min: 0, max: 100, interval: narrow ? 50 : 20, axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true, formatter: "{value}%" }, splitLine: { lineStyle: { color: "#e6ebef" } } },
      yAxis: [
        { ...category, axisLine: { lineStyle: { color: LINE } }, axisLabel: { interval: 0, formatter: spoken, rich } },
        { ...category, position: "right", axisLine: { show: false }, axisLabel: { interval: 0, margin: 8, color: INK, fontSize: size, formatter: (_, place) => chart.rows[place].n } },
      ],
      tooltip: {
        trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
        textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
        formatter: ({ name, seriesName, value }) => `${name}\n${seriesName}  ${value}%`,
      },
      series: [
        ...chart.names.map((name, place) => ({
          name, type: "bar", stack: "all", barWidth: "62%", itemStyle: { color: colours[place], borderColor: "#fff", borderWidth: 1 },
          data: chart.rows.map(({ values }) => Math.round(10 * (values[place] ?? 0)) / 10),
          label: {
            show: true, color: DARK.has(colours[place]) ? "#fff" : INK, fontSize: 12,
            formatter: ({ value }) => (value >= (narrow ? 12 : 5) ? `${Math.round(value)}` : ""),
          },
        })),
        { type: "scatter", data: [], yAxisIndex: 1 }, // or the numbers are not drawn
      ],
    };
  };

  window.renkeCharts.stacks = { options, height };
})();
