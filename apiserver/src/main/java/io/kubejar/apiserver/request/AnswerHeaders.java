package io.kubejar.apiserver.request;

import io.kubejar.http.Headers;

/// What stages on the way have to say in the head of the answer, whoever makes it: a refusal gets
/// it as well.
public final class AnswerHeaders {
  private Headers headers = Headers.EMPTY;

  public synchronized void set(String name, String value) {
    headers = headers.replacing(name, value);
  }

  /// The answer with everything that was said.
  public synchronized Response on(Response response) {
    var answered = response;
    for (var field : headers.fields()) {
      answered = answered.with(field.name(), field.value());
    }
    return answered;
  }
}
