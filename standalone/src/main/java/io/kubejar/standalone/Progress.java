package io.kubejar.standalone;

/// Tells a person how far the start has come. One line per step, in plain words.
@FunctionalInterface
interface Progress {
  void say(String line);
}
