package io.kubejar;

import io.kubejar.ApiRequest.Target;
import io.kubejar.Fault.Effect;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;

/// What a server says that refuses a request by a fault, in the words of the real reasons.
final class Refusals {
  private Refusals() {}

  static ApiException of(Effect.Refusal refusal, Target target) {
    return switch (refusal.code()) {
      case 409 ->
          ApiException.modified(
              new GroupResource(target.apiGroup(), target.resource()), target.name());
      case 410 -> ApiException.expired("The resourceVersion for the provided watch is too old.");
      case 429 ->
          ApiException.tooManyRequests(
              "too many requests, please try again later", refusal.retryAfterSeconds());
      case 503 -> ApiException.serviceUnavailable("the server is unavailable by a fault");
      default -> ApiException.internal("a fault was injected");
    };
  }

  static ApiException answerLost() {
    return ApiException.internal("the answer was lost by a fault");
  }

  static ApiException crashed() {
    return ApiException.serviceUnavailable("the control plane has crashed");
  }
}
