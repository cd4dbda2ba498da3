package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admission.v1.AdmissionResponse;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.metrics.AdmissionMetrics;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one webhook, and decides what its failure means.
final class WebhookCaller {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookCaller.class);
  private static final int OK = 200;

  private final WebhookClient client;
  private final AdmissionReviews reviews;
  private final AdmissionMetrics metrics;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// Which of the two kinds of webhooks is asked.
  enum Step {
    MUTATE("admit", "mutation.webhook.admission.k8s.io/"),
    VALIDATE("validating", "validating.webhook.admission.k8s.io/");

    private final String type;
    private final String annotation;

    Step(String type, String annotation) {
      this.type = type;
      this.annotation = annotation;
    }

    String annotation() {
      return annotation;
    }
  }

  /// What is made of an answer that allows the request.
  @FunctionalInterface
  interface Use<R> {
    R of(AdmissionResponse response) throws CallFailed, InterruptedException;
  }

  WebhookCaller(
      WebhookClient client,
      AdmissionReviews reviews,
      AdmissionMetrics metrics,
      InstantSource clock,
      RandomGenerator random) {
    this.client = client;
    this.reviews = reviews;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
  }

  /// Empty if the webhook failed and that does not matter.
  ///
  /// @param place where the webhook stands in its round, for the audit log
  /// @throws ApiException if the webhook refuses, or failed and that matters
  <R> Optional<R> ask(
      Step step, Invocation invocation, AdmissionRequest request, String place, Use<R> use)
      throws InterruptedException {
    var webhook = invocation.webhook();
    var start = clock.instant();
    try {
      var result = use.of(answer(step, invocation, request));
      measure(step, webhook, request, OK, false, start);
      return Optional.of(result);
    } catch (CallFailed failed) {
      boolean matters = !webhook.ignoresFailures();
      measure(step, webhook, request, failed.code(), matters, start);
      if (matters) {
        rejection(step, webhook, request, "calling_webhook_error", failed.code());
        throw ApiException.internal(text(webhook, failed));
      }
      LOG.warn("webhook failed, the request goes on: {}", text(webhook, failed));
      metrics.webhookFailOpen(webhook.name(), step.type);
      request.call().annotations().add("failed-open." + step.annotation() + place, webhook.name());
      return Optional.empty();
    } catch (Denied denied) {
      int code = denied.status().code();
      measure(step, webhook, request, code, true, start);
      rejection(step, webhook, request, "no_error", code);
      throw new ApiException(denied.status());
    } catch (ApiException broken) {
      measure(step, webhook, request, 0, true, start);
      rejection(step, webhook, request, "apiserver_internal_error", 0);
      throw broken;
    }
  }

  private static String text(Webhook webhook, CallFailed failed) {
    return "failed calling webhook " + GoText.quoted(webhook.name()) + ": " + failed.getMessage();
  }

  private void measure(
      Step step,
      Webhook webhook,
      AdmissionRequest request,
      int code,
      boolean rejected,
      Instant start) {
    var took = Duration.between(start, clock.instant());
    metrics.webhook(webhook.name(), step.type, request.operation().name(), code, rejected, took);
  }

  private void rejection(
      Step step, Webhook webhook, AdmissionRequest request, String error, int code) {
    metrics.webhookRejection(webhook.name(), step.type, request.operation().name(), error, code);
  }

  /// The webhook said no.
  private static final class Denied extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final transient Status status;

    Denied(Status status) {
      super(status.message());
      this.status = status;
    }

    Status status() {
      return status;
    }
  }

  private AdmissionResponse answer(Step step, Invocation invocation, AdmissionRequest request)
      throws CallFailed, InterruptedException {
    var webhook = invocation.webhook();
    checkDryRun(webhook, request);
    var version =
        AdmissionReviews.spoken(webhook.reviewVersions())
            .orElseThrow(
                () ->
                    new CallFailed(
                        "could not create admission objects: webhook does not accept known"
                            + " AdmissionReview versions (v1, v1beta1)",
                        CallFailed.BAD_REQUEST));
    var uid = new UUID(random.nextLong(), random.nextLong()).toString();
    var answer = post(webhook, request, reviews.question(version, uid, invocation, request));
    var response = reviews.answer(version, answer, uid, step == Step.MUTATE);
    response
        .auditAnnotations()
        .forEach(
            (key, value) -> request.call().annotations().add(webhook.name() + "/" + key, value));
    response.warnings().forEach(request.call().warnings()::add);
    if (!response.allowed()) {
      throw new Denied(
          denial(webhook, Objects.requireNonNullElse(response.status(), Status.EMPTY)));
    }
    return response;
  }

  private static void checkDryRun(Webhook webhook, AdmissionRequest request) throws CallFailed {
    if (!request.call().dryRun() || webhook.allowsDryRun()) {
      return;
    }
    if (webhook.sideEffects() == null) {
      throw new CallFailed("Webhook SideEffects is nil", CallFailed.BAD_REQUEST);
    }
    throw ApiException.badRequest(
        "admission webhook " + GoText.quoted(webhook.name()) + " does not support dry run");
  }

  private byte[] post(Webhook webhook, AdmissionRequest request, byte[] question)
      throws CallFailed, InterruptedException {
    var target = webhook.target();
    if (target.isEmpty()) {
      throw new CallFailed(
          "could not get REST client: webhook configuration must have either service or URL",
          CallFailed.INTERNAL);
    }
    try {
      var left = request.call().deadline().left(clock.instant(), webhook.timeout());
      return client.post(target.get(), question, webhook.timeout(), left);
    } catch (WebhookFailure failure) {
      throw new CallFailed(
          "failed to call webhook: " + failure.getMessage(),
          failure.answer().map(ApiException::code).orElse(CallFailed.UNAVAILABLE));
    }
  }

  /// What the client hears: a refusal, whatever the webhook says it is.
  private static Status denial(Webhook webhook, Status said) {
    var denied = "admission webhook " + GoText.quoted(webhook.name()) + " denied the request";
    var message =
        !said.message().isEmpty()
            ? denied + ": " + said.message()
            : !said.reason().isEmpty()
                ? denied + ": " + said.reason()
                : denied + " without explanation";
    boolean success = said.status().isEmpty() || said.status().equals("Success");
    return said.withMessage(message)
        .withCode(Math.max(said.code(), CallFailed.BAD_REQUEST))
        .withStatus(success ? "Failure" : said.status());
  }
}
