package io.kubejar.apiserver.request;

import java.util.ArrayList;
import java.util.List;

/// What a client should be told although its request succeeds; sent as `Warning` headers.
public final class Warnings {
  /// From so many characters on, each warning is cut.
  private static final int CHARACTERS_MAX = 4 * 1024;

  private static final int CUT_CHARACTERS_MAX = 256;

  private final List<String> texts = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private int characters;
  private boolean isCutting;

  /// Adds a warning once. If all of them together become too long, long ones are cut; what comes
  /// after that is dropped: warnings must not blow up the head.
  public synchronized void add(String text) {
    var line = text.replaceAll("[\\p{Cntrl}]", " ");
    boolean isFull = isCutting && characters >= CHARACTERS_MAX;
    if (line.isEmpty() || isFull || texts.contains(line)) {
      return;
    }
    texts.add(line);
    if (isCutting || characters + length(line) <= CHARACTERS_MAX) {
      send(line);
      return;
    }
    isCutting = true;
    sent.clear();
    characters = 0;
    texts.forEach(this::send);
  }

  private void send(String line) {
    var shown = isCutting ? cut(line) : line;
    sent.add(shown);
    characters += length(shown);
  }

  private static int length(String line) {
    return line.codePointCount(0, line.length());
  }

  private static String cut(String line) {
    return length(line) <= CUT_CHARACTERS_MAX
        ? line
        : line.substring(0, line.offsetByCodePoints(0, CUT_CHARACTERS_MAX));
  }

  public synchronized List<String> texts() {
    return List.copyOf(sent);
  }

  /// The header's value for a warning: code 299, no agent.
  public static String header(String text) {
    return "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
