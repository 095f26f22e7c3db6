// Dots and intervals, and the frame of every chart. The numbers come with the page and are in a table as well.
// Other kinds stand in files of their own, loaded before this one: each adds { options, height } to renkeCharts.
"use strict";

(() => {
  const INK = "#1b2733", SOFT = "#55636f", BLUE = "#0b5cad", ORANGE = "#b34a00", LINE = "#d5dce3";
  const ROW = 34, HEAD = 30, FOOT = 34;

  const colour = (row, chart) => (row.high !== null && row.high < chart.threshold ? ORANGE : BLUE);
  const symbol = (row, chart) => (colour(row, chart) === ORANGE ? "rect" : "circle");

  const segments = (chart) => chart.rows
    .map((row, place) => [row, place])
    .filter(([row]) => row.low !== null)
    .map(([row, place]) => [
      { coord: [row.low, place], lineStyle: { color: colour(row, chart), width: row.kind === "composite" ? 4 : 2.5 } },
      { coord: [row.high, place] },
    ]);

  const dots = (chart) => chart.rows.map((row, place) => ({
    value: [row.value, place],
    symbol: symbol(row, chart),
    symbolSize: row.kind === "composite" ? 14 : 10,
    itemStyle: { color: colour(row, chart), borderColor: "#fff", borderWidth: 1.5, opacity: 1 },
    tip: row.tip,
    name: row.label,
  }));

  const options = (chart, narrow) => {
    const font = getComputedStyle(document.body).fontFamily;
    const wide = (label) => label.length * (/[\u2e80-\uffff]/.test(label) ? 14 : 7.5);
    const labels = Math.min(Math.max(...chart.rows.map((row) => wide(row.label))), narrow ? 96 : 220);
    return {
      animation: false,
      textStyle: { fontFamily: font },
      grid: { left: labels + 20, right: narrow ? 24 : 40, top: HEAD, bottom: FOOT },
      xAxis: {
        type: "value", min: chart.least, max: 100,
        axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true }, splitLine: { lineStyle: { color: "#eef2f5" } },
      },
      yAxis: {
        type: "category", inverse: true, data: chart.rows.map((row) => row.label),
        axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
        axisLabel: { color: INK, fontSize: narrow ? 12 : 13, width: labels, overflow: "break", lineHeight: 15 },
      },
      tooltip: {
        trigger: "item", renderMode: "richText", confine: true, padding: 10, backgroundColor: "#fff", borderColor: "#8796a3",
        textStyle: { color: INK, fontSize: 13, lineHeight: 20 },
        formatter: (point) => (point.data.tip ? [point.name, ...point.data.tip].join("\n") : ""),
      },
      series: [
        {
          type: "scatter", data: dots(chart), z: 3,
          label: {
            show: true, position: "right", distance: narrow ? 8 : 10, color: INK, fontSize: 12, backgroundColor: "rgba(255,255,255,.85)",
            formatter: (point) => chart.rows[point.dataIndex].shown, offset: [0, -11],
          },
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "solid" }, data: segments(chart) },
        },
        {
          type: "scatter", data: [], silent: true,
          markLine: {
            silent: true, symbol: "none", lineStyle: { color: INK, type: "dashed", width: 1.25 },
            label: { formatter: chart.line, position: "start", color: INK, fontSize: 12 }, data: [{ xAxis: chart.threshold }],
          },
        },
      ],
    };
  };

  const kinds = { dots: { options, height: (chart) => HEAD + FOOT + ROW * chart.rows.length }, ...window.renkeCharts };

  const draw = (place) => {
    const chart = JSON.parse(document.getElementById(`chart-${place.dataset.chart}`).textContent);
    const kind = kinds[chart.kind ?? "dots"];
    const size = () => ({ width: place.clientWidth, height: kind.height(chart, place.clientWidth) });
    const drawn = echarts.init(place, null, { renderer: "svg", ...size() });
    const fit = () => {
      drawn.resize(size());
      drawn.setOption(kind.options(chart, place.clientWidth < 560, place.clientWidth));
      const svg = place.querySelector("svg");
      svg?.setAttribute("viewBox", `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`); // so that paper can shrink it
    };
    fit();
    window.addEventListener("resize", fit);
  };

  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
})();
