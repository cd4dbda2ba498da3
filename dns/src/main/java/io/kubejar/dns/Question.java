package io.kubejar.dns;

import java.util.List;
import java.util.Locale;

/// What is asked for.
///
/// @param name as it was written, without a dot at the end
record Question(String name, int type) {

  boolean asksFor(int wanted) {
    return type == wanted || type == RecordType.ANY;
  }

  List<String> labels() {
    return List.of(name.toLowerCase(Locale.ROOT).split("\\.", -1));
  }
}
