package io.kubejar.apiserver.authz;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Names as messages show them.
final class Quoted {
  private Quoted() {}

  static String of(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /// One error as it is, several in brackets.
  static String aggregate(Collection<String> errors) {
    var joined = String.join(", ", errors);
    return errors.size() > 1 ? "[" + joined + "]" : joined;
  }

  static String of(List<String> texts) {
    return texts.stream().map(Quoted::of).collect(Collectors.joining(" ", "[", "]"));
  }
}
