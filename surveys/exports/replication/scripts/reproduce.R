# Derive the score of this package again from its data with the package survey (Lumley), and compare it with what was
# signed.
#
#   Rscript reproduce.R          R 4.0 or newer with survey; the files of the package beside it
#
# Totals and their covariance are those of svytotal, ratios of single questions those of svyratio. Every other figure is
# a smooth function f(T) of totals; its gradient is taken by the complex step (Squire & Trapp 1998, SIAM Review 40:110),
# its variance by the delta method. Groups of one school are correlated: the county's figures are svytotal of what each
# form adds to them. Status 0 where all figures agree, 1 where any differs.

suppressPackageStartupMessages(library(survey))
options(stringsAsFactors = FALSE, survey.lonely.psu = "certainty")
here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
if (length(here)) setwd(dirname(here[1]))
TOLERANCE <- 1e-9 # relative
NEAR <- 1e-9      # a figure this near to 0 or 100 is 0 or 100
NOISE <- 1e-5     # a standard error below this is what binary arithmetic leaves of nothing
STEP <- 1e-30     # of the complex step: it is never subtracted, so it may be tiny
NOT_ASKED <- -8
read <- function(name) {
  read.csv(name, colClasses = "character", na.strings = character(), check.names = FALSE, encoding = "UTF-8")
}

# The rule -----------------------------------------------------------------------------------------------------------

settings <- read("settings.csv")
said <- setNames(as.list(settings$value), settings$name)
unit <- said$unit
heads <- said$denominator != "valid" # answers are counted against people, not against answers
level <- as.numeric(said$level)
schools <- as.integer(said$schools)
values <- read("values.csv")
items <- unique(values$item)
J <- length(items)
first <- values[match(items, values$item), ]
item_weight <- as.numeric(first$item_weight)
home <- first$dimension
overall <- first$overall == "1"
dimensions <- setdiff(unique(values$dimension), "")
dimension_weight <- as.numeric(values$dimension_weight[match(dimensions, values$dimension)])
by_dimension <- unit == "item" && said$by_dimension == "1"
in_index <- if (unit == "overall") {
  overall
} else if (by_dimension) {
  home %in% dimensions[dimension_weight > 0]
} else {
  home != "" | !overall
}
members <- c(lapply(dimensions, function(name) which(home == name)), list(which(in_index)))
S <- length(members)
E <- J + S # figures: items, dimensions, index

# The data -----------------------------------------------------------------------------------------------------------

data <- read.csv("data.csv", check.names = FALSE)
everybody <- nrow(data)
data <- data[!is.na(data$final_weight), ]
n <- nrow(data)
steps <- data$base_weight * data$nonresponse_factor * data$calibration_factor * data$trimming_factor
wrong_steps <- sum(abs(steps - data$final_weight) > TOLERANCE * data$final_weight | is.na(steps))
given <- matrix(NA_real_, n, J) # what an answer is worth
asked <- matrix(FALSE, n, J)
for (column in setdiff(unique(values$column), "")) { # none: nobody was asked
  own <- values[values$column == column, ]
  j <- match(own$item[1], items)
  there <- data[[column]] != NOT_ASKED
  code <- match(data[[column]][there], as.integer(own$code))
  if (anyNA(code)) stop("a code in column ", column, " that values.csv does not know")
  given[there, j] <- suppressWarnings(as.numeric(own$value))[code]
  asked[there, j] <- TRUE
}
counted <- given
if (heads) counted[asked & is.na(given)] <- 0
if (unit == "respondent") { # 100 where a person's own mean over the items of a set is high enough, else 0
  persons <- sapply(seq_len(S), function(s) {
    at <- members[[s]]
    known <- !is.na(given[, at, drop = FALSE])
    worth <- ifelse(known, given[, at, drop = FALSE], 0)
    enough <- rowSums(known) >= if (s == S) max(as.integer(said$respondent_minimum), 1) else 1
    mass <- as.vector(known %*% item_weight[at])
    line <- as.numeric(said$respondent_threshold) * mass - 1e-9
    satisfied <- enough & as.vector(worth %*% item_weight[at]) >= line
    inside <- if (heads) rowSums(!is.na(counted[, at, drop = FALSE])) > 0 else enough
    ifelse(inside, 100 * satisfied, NA)
  })
  counted <- cbind(counted, matrix(persons, n))
}
K <- ncol(counted)
valid <- 1 * !is.na(counted)
worth <- ifelse(is.na(counted), 0, counted)
w <- if (heads) rep(1, n) else data$final_weight
design <- svydesign(ids = ~cluster, strata = ~variance_stratum, weights = ~w,
                    data = data.frame(cluster = data$cluster, variance_stratum = data$variance_stratum, w = w))
place <- ifelse(data$cluster <= schools, data$cluster, 0) # 0: all people of a group who belong to no school

# Figures from totals ------------------------------------------------------------------------------------------------

weighted_mean <- function(weight, value) {
  there <- !is.na(value) & weight > 0
  if (any(there)) sum(weight[there] * value[there]) / sum(weight[there]) else NA_complex_
}

figures <- function(total) { # of totals of w, then of w y: the items, the dimensions, the index
  below <- total[seq_len(K)]
  above <- total[K + seq_len(K)]
  ratio <- rep(NA_complex_, K)
  there <- Re(below) > 0
  ratio[there] <- above[there] / below[there]
  if (unit == "respondent") return(ratio)
  sets <- vapply(members, function(at) {
    if (unit == "item") return(weighted_mean(item_weight[at], ratio[at]))
    mass <- sum(item_weight[at] * below[at])
    if (Re(mass) > 0) sum(item_weight[at] * above[at]) / mass else NA_complex_
  }, complex(1))
  if (by_dimension) sets[S] <- weighted_mean(dimension_weight, sets[-S])
  c(ratio[seq_len(J)], sets)
}

gradient <- function(total) { # (E, 2 K)
  sapply(seq_len(2 * K), function(column) {
    if (total[(column - 1) %% K + 1] <= 0) return(numeric(E))
    moved <- as.complex(total)
    moved[column] <- moved[column] + STEP * 1i
    slope <- Im(figures(moved)) / STEP
    ifelse(is.na(slope), 0, slope)
  })
}

snap <- function(x) ifelse(abs(x) < NEAR, 0, ifelse(abs(x - 100) < NEAR, 100, x))
quiet <- function(se) ifelse(se < NOISE, 0, se)

fullest <- function(count) { # of each place, the column by which people of a figure are counted; 0 for none
  if (K == E) return(matrix(rep(seq_len(E), each = nrow(count)), nrow(count)))
  sets <- sapply(members, function(at) {
    if (!length(at)) return(rep(0, nrow(count)))
    at[max.col(count[, at, drop = FALSE], ties.method = "first")]
  })
  cbind(matrix(rep(seq_len(J), each = nrow(count)), nrow(count)), matrix(sets, nrow(count)))
}

is_share <- function(total) {
  there <- total[seq_len(J)] > 0
  share <- said$measure == "share"
  sets <- vapply(seq_len(S), function(s) {
    if (unit == "item") return(share && sum(there[members[[s]]]) == 1)
    unit == "respondent" || (unit == "overall" && share && s == S)
  }, logical(1))
  c(share & there, sets)
}

sizes_of <- function(group) { # people, sums of w and of w^2, and clusters with an answer, by place and figure
  rows <- data$group == group
  sums <- lapply(0:2, function(power) rowsum(valid[rows, , drop = FALSE] * w[rows]^power, place[rows]))
  column <- fullest(sums[[1]])
  pick <- function(table) {
    found <- sapply(seq_len(E), function(e) table[cbind(seq_len(nrow(table)), pmax(column[, e], 1))] * (column[, e] > 0))
    matrix(found, nrow(table))
  }
  count <- pick(sums[[1]])
  at <- as.integer(rownames(sums[[1]]))
  list(n = colSums(count), total = colSums(pick(sums[[2]])), squares = colSums(pick(sums[[3]])),
       present = ifelse(matrix(at > 0, length(at), E), 1 * (count > 0), count),
       name = ifelse(at > 0, paste("school", at), paste("group", group)),
       stratum = data$variance_stratum[rows][match(at, place[rows])])
}

freedom <- function(sizes, use) { # clusters less strata, of those with an answer; `use` (groups, E)
  vapply(seq_len(E), function(e) {
    own <- sizes[use[, e]]
    if (!length(own)) return(0)
    count <- unlist(lapply(own, function(each) each$present[, e]))
    name <- unlist(lapply(own, `[[`, "name"))
    stratum <- unlist(lapply(own, `[[`, "stratum"))
    kept <- count > 0 & !duplicated(ifelse(count > 0, name, NA))
    sum(count[kept]) - length(unique(stratum[kept]))
  }, numeric(1))
}

domain <- function(rows) { # figures of some forms: totals and covariance by svytotal, errors by the delta method
  columns <- cbind(valid, worth) * rows
  found <- svytotal(columns, design)
  total <- coef(found)
  slope <- gradient(total)
  list(raw = snap(Re(figures(as.complex(total)))), se = quiet(sqrt(pmax(rowSums((slope %*% vcov(found)) * slope), 0))),
       single = is_share(total), adds = columns %*% t(slope))
}

# Intervals ----------------------------------------------------------------------------------------------------------

interval <- function(p, se, size, n, df, single, deff) {
  if (is.na(p) || df < 1) return(c(NA, NA))
  t <- function(df) qt(0.5 + level / 2, df)
  if (p > 0 && p < 1 && !single) {
    return(if (se == 0) c(NA, NA) else plogis(qlogis(p) + c(-1, 1) * t(df) * se / (p * (1 - p))))
  }
  if (is.na(size) || size < 2) return(c(NA, NA))
  ratio <- (t(size - 1) / t(df))^2
  size <- if (p > 0 && p < 1) min(n, if (se > 0) p * (1 - p) / se^2 * ratio else Inf) else min(size, size * ratio / deff)
  tail <- (1 - level) / 2
  c(if (p > 0) qbeta(tail, size * p, size * (1 - p) + 1) else 0,
    if (p < 1) qbeta(tail, size * p + 1, size * (1 - p), lower.tail = FALSE) else 1)
}

finish <- function(raw, se, n, n_eff, df, single, factor) {
  p <- raw / 100
  inside <- which(single & !is.na(p) & p > 0 & p < 1 & n > 1)
  effect <- (se[inside] / 100)^2 / (p[inside] * (1 - p[inside]) / n[inside])
  deff <- if (length(inside)) max(1, median(effect)) else 1 # lent to figures at the end of the scale
  size <- ifelse(single, n, pmin(n, n_eff))
  limits <- sapply(seq_len(E), function(e) interval(p[e], se[e] / 100, size[e], n[e], df[e], single[e], deff))
  data.frame(value = raw * factor, se = ifelse(!is.na(raw) & df > 0, se * factor, NA),
             low = limits[1, ] * 100 * factor, high = limits[2, ] * 100 * factor, n = n, n_eff = n_eff, df = df)
}

# Groups, everybody, the county --------------------------------------------------------------------------------------

listed <- read("groups.csv")
heads_of <- setNames(suppressWarnings(as.numeric(listed$head_count)), listed$code)
heads_of[is.na(heads_of)] <- 0
people <- setNames(vapply(listed$code, function(code) sum(data$group == code), numeric(1)), listed$code)
codes <- listed$code[people > 0]
factors <- if (heads) people[codes] / pmax(heads_of[codes], people[codes]) else setNames(rep(1, length(codes)), codes)
factor_pooled <- if (heads) sum(people) / sum(pmax(heads_of, people)) else 1
sizes <- lapply(codes, sizes_of)
domains <- lapply(codes, function(code) domain(data$group == code))
names(sizes) <- names(domains) <- codes
root <- function(x) ifelse(x > 0, x, NA)
tables <- lapply(codes, function(code) {
  own <- sizes[[code]]
  at <- domains[[code]]
  df <- freedom(sizes[code], matrix(TRUE, 1, E))
  finish(at$raw, at$se, own$n, own$total^2 / root(own$squares), df, at$single, factors[[code]])
})
names(tables) <- codes
sum_of <- function(name) Reduce(`+`, lapply(sizes, `[[`, name))
all <- domain(rep(TRUE, n))
pooled <- finish(all$raw, all$se, sum_of("n"), sum_of("total")^2 / root(sum_of("squares")),
                 freedom(sizes, matrix(TRUE, length(codes), E)), all$single, factor_pooled)

raw <- t(sapply(domains, `[[`, "raw"))                                     # (groups, E)
group_weight <- switch(said$grouping, pooled = sapply(sizes, function(each) each$total[E]), equal = rep(1, length(codes)),
                       as.numeric(listed$rule_weight[match(codes, listed$code)]))
group_weight[is.na(group_weight) | is.na(raw[, E])] <- 0
group_weight <- setNames(group_weight / max(sum(group_weight), .Machine$double.xmin), codes)
county <- pooled
if (said$grouping != "pooled") {
  share <- group_weight * !is.na(raw)
  share <- sweep(share, 2, pmax(colSums(share), .Machine$double.xmin), "/")
  use <- share > 0
  adds <- Reduce(`+`, lapply(seq_along(codes), function(g) sweep(domains[[g]]$adds, 2, share[g, ] * factors[g], "*")))
  se <- quiet(SE(svytotal(adds, design)))
  own_raw <- ifelse(colSums(use) > 0, snap(colSums(share * factors * ifelse(is.na(raw), 0, raw))), NA)
  n_of <- t(sapply(sizes, `[[`, "n"))
  n_eff_of <- t(sapply(sizes, `[[`, "total"))^2 / t(sapply(sizes, `[[`, "squares"))
  single_of <- t(sapply(domains, `[[`, "single")) & factors == 1
  county <- finish(own_raw, se, colSums(use * n_of), 1 / root(colSums(ifelse(use, share^2 / n_eff_of, 0))),
                   freedom(sizes, use), colSums(use) == 1 & colSums(use & single_of) == 1, 1)
}

# Once more by svyratio, which forms its influence values by itself: each question in each group.
for (code in codes) {
  some <- subset(update(design, one = 1), data$group == code)
  rows <- data$group == code
  for (j in which(colSums(valid[rows, seq_len(J), drop = FALSE]) > 0)) {
    some <- update(some, y = worth[rows, j], m = valid[rows, j])
    ratio <- svyratio(~y, ~m, some)
    tables[[code]]$value[j] <- snap(coef(ratio)) * factors[[code]]
    if (!is.na(tables[[code]]$se[j])) tables[[code]]$se[j] <- quiet(SE(ratio)[1]) * factors[[code]]
  }
}

# Signed beside derived ----------------------------------------------------------------------------------------------

half_up <- function(x, decimals) floor(round(x, 9) * 10^decimals + 0.5 + 1e-7 * 10^(decimals - 9)) / 10^decimals
reaches <- function(x) {
  line <- as.numeric(said$threshold)
  if (said$comparison == ">=") round(x, 9) >= line else round(x, 9) > line
}
verdict <- function(row) {
  if (is.na(row$low)) return("not_enough_evidence")
  if (reaches(row$low)) "met" else if (reaches(row$high)) "not_enough_evidence" else "not_met"
}
derived <- function(row) {
  code <- listed$code[match(row$group, listed$group)]
  if (row$quantity == "weight") return(if (code %in% codes) group_weight[[code]] else 0)
  table <- if (row$figure == "pooled") pooled else if (row$group == "") county else tables[[code]]
  if (is.null(table)) return(if (row$quantity %in% c("n", "df")) 0 else NA)
  e <- switch(row$figure, item = match(row$item, items), dimension = J + match(row$dimension, dimensions), E)
  found <- table[e, ]
  switch(row$quantity, rounded = half_up(found$value, as.integer(said$decimals)), verdict = verdict(found),
         reached = if (is.na(found$value)) NA else as.character(as.integer(reaches(found$value))),
         found[[row$quantity]])
}
expected <- read("expected.csv")
name <- trimws(gsub(" +", " ", paste(expected$figure, expected$group, expected$dimension, expected$item)))
name <- paste0(name, ": ", expected$quantity)
found <- lapply(seq_len(nrow(expected)), function(i) derived(expected[i, ]))
agrees <- mapply(function(signed, found, quantity) {
  if (signed == "" || is.na(found)) return(signed == "" && is.na(found))
  if (is.character(found)) return(signed == found)
  number <- as.numeric(signed)
  if (quantity == "rounded") return(abs(number - found) < 1e-9)
  abs(number - found) <= TOLERANCE * max(abs(number), abs(found))
}, expected$value, found, expected$quantity)

cat(said$campaign, ", evaluation ", said$evaluation, ", ", said$scorecard, ", weighting ", said$weighting, "\n", sep = "")
cat(if (said$signed == "") "not signed: a draft" else paste("signed:", said$signed), "\n", sep = "")
if (said$simulated == "yes") cat("\u6a21\u62df\u6570\u636e / SIMULATED DATA\n")
cat(n, " forms counted, ", everybody - n, " left out by rules; ", length(unique(data$cluster)), " clusters\n\n", sep = "")
shown <- !agrees | expected$figure != "item"
text <- vapply(found, function(x) if (is.na(x)) "" else if (is.character(x)) x else format(x, digits = 15), "")
difference <- mapply(function(signed, x) {
  if (signed == "" || is.na(x) || is.character(x)) "" else sprintf("%.1e", x - as.numeric(signed))
}, expected$value, found)
cat(sprintf("%-58s%22s%24s%12s\n", "figure", if (said$signed == "") "kept" else "signed", "came out", "difference"))
cat(sprintf("%-58s%22s%24s%12s%s\n", name, expected$value, text, difference,
            ifelse(agrees, "", "  DIFFERS"))[shown], sep = "")
cat("\n", length(found), " figures compared, ", sum(expected$figure == "item"),
    " of them of single items (shown only where they differ)\n", sep = "")
wrong <- sprintf("%s differs", name[!agrees])
if (wrong_steps) wrong <- c(wrong, paste(wrong_steps, "final weights are not the product of their steps"))
cat(if (length(wrong)) wrong else "All agree. \u5168\u90e8\u4e00\u81f4\u3002", sep = "\n")
cat("\n")
quit(status = if (length(wrong)) 1 else 0)
