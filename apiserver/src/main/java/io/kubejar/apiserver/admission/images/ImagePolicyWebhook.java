package io.kubejar.apiserver.admission.images;

import static java.util.Objects.requireNonNull;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Asks a webhook about the images of every pod. Its answers are remembered for a while.
public final class ImagePolicyWebhook implements AdmissionPlugin {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String OURS = ".image-policy.k8s.io/";
  private static final String AUDIT = "imagepolicywebhook" + OURS;
  private static final String EPHEMERAL = "ephemeralcontainers";
  private static final int TRIES = 5;
  private static final double LONGER_EACH_TIME = 1.5;
  private static final double JITTER = 0.2;

  private final ImagePolicy policy;
  private final WebhookTarget target;
  private final WebhookClient client;
  private final Clock clock;
  private final RandomGenerator random;
  private final ReviewCache reviews;

  /// What the webhook said.
  record Review(boolean allowed, String reason, JsonObject auditAnnotations) {}

  /// @param target where the policy's kubeconfig leads
  public ImagePolicyWebhook(
      ImagePolicy policy,
      WebhookTarget target,
      WebhookClient client,
      Clock clock,
      RandomGenerator random) {
    this.policy = policy;
    this.target = target;
    this.client = client;
    this.clock = clock;
    this.random = random;
    reviews = new ReviewCache(clock);
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    boolean write = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    var part = request.subresource();
    if (!write
        || !(request.object() instanceof Pod pod)
        || !(part.isEmpty() || part.equals(EPHEMERAL))) {
      return;
    }
    var spec = spec(pod, request);
    try {
      judge(request, review(spec));
    } catch (WebhookFailure | JsonFormatException failure) {
      if (!policy.defaultAllow()) {
        throw request.forbidden(String.valueOf(failure.getMessage()));
      }
      request.call().annotations().add(AUDIT + "failed-open", "true");
    }
  }

  private static void judge(AdmissionRequest request, Review review) {
    review
        .auditAnnotations()
        .fields()
        .forEach(
            (key, value) -> {
              if (value instanceof JsonString(var text)) {
                request.call().annotations().add(AUDIT + key, text);
              }
            });
    if (!review.allowed()) {
      throw request.forbidden(
          review.reason().isEmpty()
              ? "one or more images rejected by webhook backend"
              : "image policy webhook backend denied one or more images: " + review.reason());
    }
  }

  private Review review(JsonObject spec) throws WebhookFailure, InterruptedException {
    var key = JsonPrinter.print(spec);
    var known = reviews.find(key);
    if (known.isPresent()) {
      return known.get();
    }
    var question =
        JsonObject.of("kind", new JsonString("ImageReview"))
            .with("apiVersion", new JsonString("imagepolicy.k8s.io/v1alpha1"))
            .with("metadata", JsonObject.EMPTY)
            .with("spec", spec)
            .with("status", JsonObject.of("allowed", JsonBoolean.FALSE));
    var answer = JsonParser.parse(ask(JsonPrinter.print(question)));
    var status = answer instanceof JsonObject review ? review.object("status") : JsonObject.EMPTY;
    var review =
        new Review(
            JsonBoolean.TRUE.equals(status.get("allowed")),
            status.text("reason"),
            status.object("auditAnnotations"));
    reviews.put(key, review, review.allowed() ? policy.allowed() : policy.denied());
    return review;
  }

  /// What may pass by itself is tried again, a few times.
  private byte[] ask(String question) throws WebhookFailure, InterruptedException {
    var body = question.getBytes(StandardCharsets.UTF_8);
    var wait = policy.backoff();
    WebhookFailure last = null;
    for (int tries = 0; tries < TRIES; tries++) {
      if (last != null) {
        pass(wait);
        wait = Duration.ofNanos((long) (wait.toNanos() * LONGER_EACH_TIME));
      }
      try {
        return client.post(target, body, TIMEOUT);
      } catch (WebhookFailure failure) {
        if (!passes(failure)) {
          throw failure;
        }
        last = failure;
      }
    }
    throw requireNonNull(last);
  }

  private static boolean passes(WebhookFailure failure) {
    var answer = failure.answer();
    return answer.isPresent()
        ? List.of(429, 500, 504).contains(answer.get().code())
            || answer.flatMap(ApiException::retryAfterSeconds).isPresent()
        : String.valueOf(failure.getMessage()).endsWith("connection reset by peer");
  }

  private void pass(Duration time) throws InterruptedException {
    var over = new CountDownLatch(1);
    var jitter = (long) (time.toNanos() * JITTER * random.nextDouble());
    var timer = clock.schedule(time.plusNanos(jitter), over::countDown);
    try {
      over.await();
    } finally {
      timer.cancel();
    }
  }

  private static JsonObject spec(Pod pod, AdmissionRequest request) {
    var images = new ArrayList<String>();
    if (request.subresource().isEmpty()) {
      pod.spec().containers().forEach(container -> images.add(container.image()));
      pod.spec().initContainers().forEach(container -> images.add(container.image()));
    } else {
      pod.spec().ephemeralContainers().forEach(container -> images.add(container.image()));
    }
    var annotations = new LinkedHashMap<String, JsonValue>();
    pod.metadata()
        .annotations()
        .forEach(
            (key, value) -> {
              if (key.contains(OURS)) {
                annotations.put(key, new JsonString(value));
              }
            });
    var containers = images.stream().<JsonValue>map(ImagePolicyWebhook::container).toList();
    var spec = JsonObject.of("containers", new JsonArray(containers));
    if (!annotations.isEmpty()) {
      spec = spec.with("annotations", new JsonObject(annotations));
    }
    return request.namespace().isEmpty()
        ? spec
        : spec.with("namespace", new JsonString(request.namespace()));
  }

  private static JsonObject container(@Nullable String image) {
    return Optional.ofNullable(image)
        .filter(it -> !it.isEmpty())
        .map(it -> JsonObject.of("image", new JsonString(it)))
        .orElse(JsonObject.EMPTY);
  }
}
