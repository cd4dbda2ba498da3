package io.kubejar.apiserver.request;

import java.util.ArrayList;
import java.util.List;

/// What a client should be told although its request succeeds; sent as `Warning` headers.
public final class Warnings {
  private static final int WARNINGS_MAX = 100;
  private static final int CHARACTERS_MAX = 8 * 1024;

  private final List<String> texts = new ArrayList<>();
  private int characters;

  /// Adds a warning once. What is beyond the bound is dropped: warnings must not blow up the head.
  public synchronized void add(String text) {
    var line = text.replaceAll("[\\p{Cntrl}]", " ");
    if (texts.size() < WARNINGS_MAX
        && characters + line.length() <= CHARACTERS_MAX
        && !texts.contains(line)) {
      texts.add(line);
      characters += line.length();
    }
  }

  public synchronized List<String> texts() {
    return List.copyOf(texts);
  }

  /// The header's value for a warning: code 299, no agent.
  public static String header(String text) {
    return "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
