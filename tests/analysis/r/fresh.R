# Fresh samples of the schools of California (apipop of R's survey), and R's figures for them.
# Rscript fresh.R FOLDER: one folder for each draw, with the files of the reference and figures.json.

suppressMessages({
  library(survey)
  library(jsonlite)
})
options(warn = -1, survey.lonely.psu = "fail")
data(api)

columns <- c("cds", "stype", "comp.imp", "awards", "dnum", "snum", "api00", "api99", "meals", "ell", "mobility")
population <- apipop[, columns]
districts <- unique(population$dnum)
people <- table(population$stype)

plain <- function(x) unname(as.numeric(x))
column <- function(x) I(plain(x)) # stays a list in JSON, also with one entry
pair <- function(x) list(est = plain(coef(x)), se = plain(SE(x)))

draw <- function(sizes, clusters, most) {
  strata <- do.call(rbind, lapply(names(sizes), function(type) {
    all <- population[population$stype == type, ]
    taken <- all[sample(nrow(all), sizes[[type]]), ]
    transform(taken, pw = nrow(all) / nrow(taken) * runif(nrow(taken), 0.7, 1.3), fpc = nrow(all))
  }))
  one <- population[population$dnum %in% sample(districts, clusters), ]
  one <- transform(one, pw = length(districts) / clusters, fpc = length(districts))
  two <- do.call(rbind, lapply(sample(districts, 2 * clusters), function(district) {
    all <- population[population$dnum == district, ]
    taken <- all[sample(nrow(all), min(nrow(all), most)), ]
    weight <- length(districts) / (2 * clusters) * nrow(all) / nrow(taken)
    transform(taken, pw = weight, fpc1 = length(districts), fpc2 = nrow(all))
  }))
  list(apistrat = strata[sample(nrow(strata)), ], apiclus1 = one, apiclus2 = two)
}

with_gaps <- function(sample) {
  for (name in c("api99", "meals", "ell", "mobility")) sample[[name]][runif(nrow(sample)) < 0.1] <- NA
  sample
}

designs <- function(drawn) {
  list(
    ds = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = drawn$apistrat),
    d1 = svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = drawn$apiclus1),
    d2w = svydesign(id = ~ dnum + snum, weights = ~pw, data = drawn$apiclus2),
    d2 = svydesign(id = ~ dnum + snum, fpc = ~ fpc1 + fpc2, data = drawn$apiclus2)
  )
}

descriptive <- function(d) {
  average <- svymean(~api99, d, deff = TRUE, na.rm = TRUE)
  df <- degf(subset(d, !is.na(api99)))
  by <- svyby(~api99, ~stype, d, svymean, na.rm = TRUE)
  shares <- c(0.25, 0.5, 0.9)
  found <- svyquantile(~api99, d, shares, qrule = "math", interval.type = "mean", na.rm = TRUE, df = df)[[1]]
  list(
    mean = c(pair(average), list(deff = plain(deff(average)), df = df, ci95 = column(confint(average, df = df)))),
    total = pair(svytotal(~meals, d, na.rm = TRUE)),
    ratio = pair(svyratio(~ell, ~meals, d, na.rm = TRUE)),
    by = list(domain = I(as.character(by$stype)), est = column(coef(by)), se = column(SE(by))),
    quantile = list(q = I(shares), est = column(found[, 1]), lo = column(found[, 2]), hi = column(found[, 3]))
  )
}

shares <- function(d) {
  yes <- ~ as.numeric(comp.imp == "Yes")
  methods <- c("logit", "beta", "mean", "asin")
  limits <- lapply(methods, function(method) column(confint(svyciprop(yes, d, method = method))))
  tests <- lapply(c(F = "F", Chisq = "Chisq", Wald = "Wald", adjWald = "adjWald"), function(statistic) {
    found <- svychisq(~ awards + stype, d, statistic = statistic)
    df <- plain(found$parameter)
    list(statistic = plain(found$statistic), df = df, p = plain(found$p.value))
  })
  c(list(ciprop = c(pair(svymean(yes, d)), setNames(limits, methods))), setNames(tests, paste0("chisq.", names(tests))))
}

coefficients_of <- function(fit) {
  table <- summary(fit)$coefficients
  list(est = column(table[, 1]), se = column(table[, 2]), df_resid = fit$df.residual)
}

models <- function(d) {
  logit <- svyglm(I(comp.imp == "Yes") ~ ell + mobility, d,
    family = quasibinomial(), control = list(epsilon = 1e-12, maxit = 100)
  )
  list(glm_gauss = coefficients_of(svyglm(api99 ~ ell + mobility, d)), glm_logit = coefficients_of(logit))
}

ordered_model <- function(d) {
  d <- update(d, level = cut(api99, c(0, 550, 650, 750, 1000)))
  d <- subset(d, !is.na(level) & !is.na(ell) & !is.na(mobility))
  table <- summary(svyolr(level ~ ell + mobility, d, control = list(reltol = 1e-14, maxit = 2000)))$coefficients
  list(est = column(table[, 1]), se = column(table[, 2]))
}

two_figures <- function(d) list(mean = pair(svymean(~api99, d)), total = pair(svytotal(~meals, d)))

calibrated <- function(d) {
  award <- table(apipop$awards)
  margins <- list(stype = as.list(people), awards = as.list(award))
  frame <- function(name, counts) setNames(data.frame(names(counts), plain(counts)), c(name, "Freq"))
  tight <- function(...) calibrate(d, ..., epsilon = 1e-11, maxit = 500)
  types <- c("(Intercept)" = sum(people), stypeH = people[["H"]], stypeM = people[["M"]])
  both <- tight(~ stype + awards, c(types, awardsYes = award[["Yes"]]), calfun = "raking")
  by_turns <- rake(d, list(~stype, ~awards), list(frame("stype", people), frame("awards", award)),
    control = list(maxit = 2000, epsilon = 1e-8)
  )
  totals <- c(types, api00 = sum(apipop$api00))
  post <- postStratify(d, ~stype, frame("stype", people))
  linear <- tight(~ stype + api00, totals, calfun = "linear")
  raking <- tight(~ stype + api00, totals, calfun = "raking")
  range_of <- function(found) list(weight_min = min(weights(found)), weight_max = max(weights(found)))
  list(
    d1.poststratify = c(list(margins = margins["stype"]), two_figures(post)),
    d1.rake = c(list(margins = margins), two_figures(both), range_of(by_turns)),
    d1.calibrate.linear = c(list(totals = as.list(totals)), two_figures(linear)),
    d1.calibrate.raking = c(list(totals = as.list(totals)), two_figures(raking))
  )
}

replicated <- function(d) {
  by <- svyby(~api99, ~stype, d, svymean)
  list(
    mean = pair(svymean(~api99, d)), ratio = pair(svyratio(~ell, ~meals, d)),
    by = list(domain = I(as.character(by$stype)), est = column(coef(by)), se = column(SE(by))), df = degf(d)
  )
}

replicates <- function(all, drawn) {
  one <- svydesign(id = ~dnum, weights = ~pw, data = drawn$apiclus1)
  list(
    rep.jk1 = replicated(as.svrepdesign(one, type = "JK1")),
    rep.jkn_fpc = replicated(as.svrepdesign(all$ds, type = "JKn")),
    rep.jk1_clus2 = replicated(as.svrepdesign(all$d2w, type = "JK1"))
  )
}

# How `adjust` centres a lone total is not the same in all versions of survey; of a mean the centre is 0 in all.
lonely <- function(table) {
  found <- lapply(c(certainty = "certainty", average = "average", adjust = "adjust"), function(remedy) {
    options(survey.lonely.psu = remedy)
    d <- svydesign(id = ~1, strata = ~strat, weights = ~pw, data = table)
    average <- svymean(~api99, d)
    total <- svytotal(~meals, d)
    figures <- list(mean = plain(coef(average)), mean_se = plain(SE(average)), total = plain(coef(total)), df = degf(d))
    if (remedy == "adjust") figures else c(figures, total_se = plain(SE(total)))
  })
  options(survey.lonely.psu = "fail")
  setNames(found, paste0("lonely.", names(found)))
}

save_draw <- function(folder, seed, sizes, clusters, most, gaps) {
  dir.create(folder, recursive = TRUE)
  set.seed(seed)
  drawn <- draw(sizes, clusters, most)
  if (gaps) drawn <- lapply(drawn, with_gaps)
  alone <- transform(drawn$apistrat, strat = as.character(stype))
  alone <- alone[!is.na(alone$api99) & !is.na(alone$meals), ]
  alone$strat[1:3] <- paste0("X", 1:3)
  for (name in names(drawn)) {
    write.csv(drawn[[name]], file.path(folder, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
  }
  write.csv(alone, file.path(folder, "lonely.csv"), row.names = FALSE, na = "", quote = FALSE)
  all <- designs(drawn)
  figures <- lapply(all, function(d) c(descriptive(d), shares(d)))
  for (name in c("ds", "d1", "d2")) figures[[name]] <- c(figures[[name]], models(all[[name]]))
  figures <- unlist(figures, recursive = FALSE) # joins the names: ds.mean, ...
  figures <- c(figures, list(d1.olr = ordered_model(all$d1)), lonely(alone))
  if (!gaps) figures <- c(figures, calibrated(all$d1), replicates(all, drawn))
  writeLines(toJSON(figures, digits = NA, auto_unbox = TRUE, na = "null"), file.path(folder, "figures.json"))
}

folder <- commandArgs(TRUE)[1]
save_draw(file.path(folder, "even"), 71, list(E = 90, H = 35, M = 50), 25, 4, gaps = FALSE)
save_draw(file.path(folder, "gaps"), 72, list(E = 60, H = 20, M = 45), 18, 3, gaps = TRUE)
save_draw(file.path(folder, "few"), 73, list(E = 22, H = 9, M = 12), 12, 5, gaps = TRUE)
