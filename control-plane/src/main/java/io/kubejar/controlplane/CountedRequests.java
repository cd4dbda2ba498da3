package io.kubejar.controlplane;

import org.jspecify.annotations.Nullable;

/// Counts what a client in this process asks.
public interface CountedRequests {
  /// Nobody counts.
  CountedRequests NOT =
      new CountedRequests() {
        @Override
        public <R extends @Nullable Object> R counted(String method, int code, Question<R> question)
            throws InterruptedException {
          return question.ask();
        }
      };

  /// Something to ask.
  @FunctionalInterface
  interface Question<R extends @Nullable Object> {
    R ask() throws InterruptedException;
  }

  /// Asks and counts.
  ///
  /// @param method as it would be over HTTP
  /// @param code of success
  <R extends @Nullable Object> R counted(String method, int code, Question<R> question)
      throws InterruptedException;
}
