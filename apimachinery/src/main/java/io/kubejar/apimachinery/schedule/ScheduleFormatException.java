package io.kubejar.apimachinery.schedule;

/// A text that is no schedule. The message says why, in upstream's words.
public final class ScheduleFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ScheduleFormatException(String message) {
    super(message);
  }
}
