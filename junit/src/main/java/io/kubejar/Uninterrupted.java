package io.kubejar;

import java.io.IOException;
import java.io.UncheckedIOException;

/// Work for callers who do not want to hear of interrupts and input errors in every line of a test.
final class Uninterrupted {
  private Uninterrupted() {}

  interface Work {
    void run() throws InterruptedException, IOException;
  }

  interface Question<T> {
    T answer() throws InterruptedException, IOException;
  }

  /// @throws IllegalStateException if the thread is interrupted meanwhile; it stays interrupted
  static void run(Work work) {
    get(
        () -> {
          work.run();
          return true;
        });
  }

  /// @throws IllegalStateException if the thread is interrupted meanwhile; it stays interrupted
  static <T> T get(Question<T> question) {
    try {
      return question.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
