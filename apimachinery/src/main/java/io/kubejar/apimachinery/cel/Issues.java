package io.kubejar.apimachinery.cel;

import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.Source;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The checker's complaints in the words that upstream's users know.
final class Issues {
  /// As many are shown; the rest is counted.
  private static final int MOST_SHOWN = 100;

  private static final String CANDIDATES = " (candidates: ";
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(mismatched input|extraneous input|no viable alternative|token recognition error"
              + "|missing ).*",
          Pattern.DOTALL);

  private Issues() {}

  static String text(Collection<CelIssue> issues, Source source) {
    var sorted =
        issues.stream()
            .sorted(
                Comparator.comparing(
                    CelIssue::getSourceLocation,
                    Comparator.comparingInt(CelSourceLocation::getLine)
                        .thenComparingInt(CelSourceLocation::getColumn)))
            .map(issue -> translated(issue))
            .toList();
    var shown = sorted.subList(0, Math.min(MOST_SHOWN, sorted.size()));
    var text =
        shown.stream()
            .map(issue -> issue.toDisplayString(source))
            .collect(Collectors.joining("\n"));
    return sorted.size() > MOST_SHOWN
        ? text + "\n" + (sorted.size() - MOST_SHOWN) + " more errors were truncated"
        : text;
  }

  /// One line of our own, at a place.
  static String text(CelSourceLocation location, String message, Source source) {
    return text(List.of(CelIssue.formatError(location, message)), source);
  }

  private static CelIssue translated(CelIssue issue) {
    return CelIssue.newBuilder()
        .setExprId(issue.getExprId())
        .setSeverity(issue.getSeverity())
        .setSourceLocation(issue.getSourceLocation())
        .setMessage(translated(issue.getMessage()))
        .build();
  }

  private static String translated(String message) {
    int candidates = message.indexOf(CANDIDATES);
    var text = candidates < 0 ? message : message.substring(0, candidates);
    if (SYNTAX.matcher(text).matches()) {
      return "Syntax error: " + text;
    }
    if (text.startsWith("For input string:")) {
      return "invalid int literal";
    }
    return text.replace("The argument must be a simple name", "argument must be a simple name")
        .replace("google.protobuf.Timestamp", "timestamp")
        .replace("google.protobuf.Duration", "duration")
        .replace("*error*", "!error!");
  }
}
