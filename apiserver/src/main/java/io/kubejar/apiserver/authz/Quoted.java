package io.kubejar.apiserver.authz;

import java.util.List;
import java.util.stream.Collectors;

/// Names as messages show them.
final class Quoted {
  private Quoted() {}

  static String of(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  static String of(List<String> texts) {
    return texts.stream().map(Quoted::of).collect(Collectors.joining(" ", "[", "]"));
  }
}
