package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.ConversionRequest;
import io.kubejar.api.apiextensions.v1.ConversionReview;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.metrics.ConversionMetrics;
import io.kubejar.apiserver.metrics.ConversionMetrics.Failure;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Asks a webhook to turn objects of one version into those of another.
///
/// @param definition the name of the custom resource's definition
/// @param target where it listens
/// @param reviewVersion the version of ConversionReview that it understands; empty if none of ours
/// @param random for the identities of requests
record WebhookConverter(
    String definition,
    WebhookClient client,
    WebhookTarget target,
    String reviewVersion,
    RandomGenerator random,
    InstantSource clock,
    ConversionMetrics metrics)
    implements Converter {
  /// Upstream's time-out of conversions.
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final String GROUP = "apiextensions.k8s.io/";

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Unstructured> convert(List<Unstructured> objects, String apiVersion) {
    var wrong = objects.stream().filter(each -> !each.apiVersion().equals(apiVersion)).toList();
    if (wrong.isEmpty()) {
      return objects;
    }
    var answers = asked(wrong, apiVersion, false).iterator();
    var converted = new ArrayList<Unstructured>(objects.size());
    for (var object : objects) {
      converted.add(object.apiVersion().equals(apiVersion) ? object : answers.next());
    }
    return converted;
  }

  @Override
  public Unstructured convert(Unstructured object, String apiVersion) {
    return object.apiVersion().equals(apiVersion)
        ? object
        : asked(List.of(object), apiVersion, true).getFirst();
  }

  /// @param alone whether it is one object, not one of a list: it is told in other words
  private List<Unstructured> asked(List<Unstructured> objects, String apiVersion, boolean alone) {
    var from = version(objects.getFirst().apiVersion());
    var start = clock.instant();
    boolean succeeded = false;
    try {
      var converted = ask(objects, apiVersion, alone);
      metrics.succeeded(Duration.between(start, clock.instant()));
      succeeded = true;
      return converted;
    } catch (Failed failed) {
      metrics.failed(failed.failure, Duration.between(start, clock.instant()));
      throw ApiException.unexplained(String.valueOf(failed.getMessage()));
    } finally {
      var took = Duration.between(start, clock.instant());
      metrics.converted(definition, from, version(apiVersion), succeeded, took);
    }
  }

  private static String version(String apiVersion) {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  private List<Unstructured> ask(List<Unstructured> objects, String apiVersion, boolean alone)
      throws Failed {
    var first = objects.getFirst();
    var who = "conversion webhook for " + first.apiVersion() + ", Kind=" + first.kind();
    if (reviewVersion.isEmpty()) {
      throw ApiException.unexplained("no supported conversion review versions");
    }
    var uid = new UUID(random.nextLong(), random.nextLong()).toString();
    byte[] body;
    try {
      body = post(review(uid, objects, apiVersion));
    } catch (WebhookFailure failure) {
      throw new Failed(Failure.CALL, who + " failed: " + failure.getMessage());
    }
    List<RawExtension> answers;
    try {
      answers = answers(uid, body);
    } catch (JsonFormatException | Refused failed) {
      throw new Failed(Failure.MALFORMED_RESPONSE, who + " failed: " + failed.getMessage());
    }
    if (answers.size() != objects.size()) {
      throw new Failed(
          Failure.PARTIAL_RESPONSE,
          who + " returned " + answers.size() + " objects, expected " + objects.size());
    }
    var converted = new ArrayList<Unstructured>(objects.size());
    for (int i = 0; i < answers.size(); i++) {
      var answer = new ConvertedObject(objects.get(i), who, i, alone);
      converted.add(answer.checked(answers.get(i), apiVersion));
    }
    return converted;
  }

  /// A conversion that came to nothing.
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    Failed(Failure failure, String message) {
      super(message);
      this.failure = failure;
    }
  }

  /// Reads convert too, and those cannot be interrupted in the middle: the interrupt is kept for
  /// whatever the thread waits for next.
  private byte[] post(byte[] review) throws WebhookFailure {
    try {
      return client.post(target, review, TIMEOUT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw ApiException.serviceUnavailable("interrupted while an object was converted");
    }
  }

  private byte[] review(String uid, List<Unstructured> objects, String apiVersion) {
    var wanted = objects.stream().map(object -> RawExtension.of(object.tree())).toList();
    var request = new ConversionRequest(uid, apiVersion, wanted);
    var review = ConversionReview.EMPTY.withRequest(request);
    var tree =
        ((JsonObject) ConversionReview.CODEC.toTree(review))
            .with("kind", new JsonString("ConversionReview"))
            .with("apiVersion", new JsonString(GROUP + reviewVersion));
    return JsonPrinter.printUtf8(tree);
  }

  /// An answer that is not what was asked for.
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private List<RawExtension> answers(String uid, byte[] body) throws Refused {
    if (!(JsonParser.parse(body) instanceof JsonObject tree)) {
      throw new Refused("no response provided");
    }
    var apiVersion = GROUP + reviewVersion;
    boolean v1 = reviewVersion.equals("v1");
    if (v1
        && !(tree.text("apiVersion").equals(apiVersion)
            && tree.text("kind").equals("ConversionReview"))) {
      throw new Refused(
          "expected webhook response of "
              + apiVersion
              + ", Kind=ConversionReview, got "
              + tree.text("apiVersion")
              + ", Kind="
              + tree.text("kind"));
    }
    var response = ConversionReview.CODEC.fromTree(tree).response();
    if (response == null) {
      throw new Refused("no response provided");
    }
    if (v1 && !response.uid().equals(uid)) {
      throw new Refused(
          "expected response.uid=" + GoText.quoted(uid) + ", got " + GoText.quoted(response.uid()));
    }
    var result = response.result();
    if (!result.status().equals("Success")) {
      throw new Refused(
          result.message().isEmpty()
              ? "response.result.status was '" + result.status() + "', not 'Success'"
              : result.message());
    }
    return response.convertedObjects();
  }
}
