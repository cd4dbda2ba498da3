package io.kubejar.apiserver.webhook;

import io.kubejar.apimachinery.ApiException;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A webhook that could not be asked, or that answered with an HTTP error. The message is what
/// upstream's client says.
public final class WebhookFailure extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient @Nullable ApiException answer;

  WebhookFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
    answer = null;
  }

  WebhookFailure(ApiException answer) {
    super(answer.getMessage(), answer);
    this.answer = answer;
  }

  /// The error that the webhook answered with, if it answered.
  public Optional<ApiException> answer() {
    return Optional.ofNullable(answer);
  }
}
