package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Asks webhooks whether they agree, all at the same time.
final class ValidatingWebhooks implements AdmissionPlugin {
  private final WebhookConfigurations<ValidatingWebhookConfiguration> configurations;
  private final WebhookMatcher matcher;
  private final WebhookCaller caller;

  ValidatingWebhooks(
      WebhookConfigurations<ValidatingWebhookConfiguration> configurations,
      WebhookMatcher matcher,
      WebhookCaller caller) {
    this.configurations = configurations;
    this.matcher = matcher;
    this.caller = caller;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    var webhooks = configurations.current();
    if (webhooks.isEmpty() || WebhookMatcher.isExempt(request)) {
      return;
    }
    var invocations = new ArrayList<Invocation>();
    for (var webhook : webhooks) {
      matcher.match(webhook, request).ifPresent(invocations::add);
    }
    if (invocations.size() == 1) {
      ask(invocations.getFirst(), request, 0);
    } else {
      askAll(invocations, request);
    }
  }

  private void ask(Invocation invocation, AdmissionRequest request, int index)
      throws InterruptedException {
    var place = "round_0_index_" + index;
    caller.ask(WebhookCaller.Step.VALIDATE, invocation, request, place, response -> response);
  }

  /// The first in order that refuses is heard. Their threads end with the request.
  private void askAll(List<Invocation> invocations, AdmissionRequest request)
      throws InterruptedException {
    var answers = new ArrayList<FutureTask<Boolean>>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < invocations.size(); i++) {
      int index = i;
      var answer =
          new FutureTask<>(
              () -> {
                ask(invocations.get(index), request, index);
                return true;
              });
      answers.add(answer);
      threads.add(Thread.ofVirtual().name("webhook").start(answer));
    }
    try {
      RuntimeException refusal = null;
      for (var answer : answers) {
        var failure = failure(answer);
        refusal = refusal == null ? failure : refusal;
      }
      if (refusal != null) {
        throw refusal;
      }
    } catch (InterruptedException interrupted) {
      threads.forEach(Thread::interrupt);
      throw interrupted;
    }
  }

  private static @Nullable RuntimeException failure(FutureTask<Boolean> answer)
      throws InterruptedException {
    try {
      answer.get();
      return null;
    } catch (ExecutionException failed) {
      return switch (failed.getCause()) {
        case ApiException refused -> refused;
        case null -> ApiException.internal(failed);
        case Throwable broken -> ApiException.internal(broken);
      };
    }
  }
}
