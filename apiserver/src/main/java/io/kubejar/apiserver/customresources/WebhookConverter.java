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
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Asks a webhook to turn objects of one version into those of another.
///
/// @param target where it listens
/// @param reviewVersion the version of ConversionReview that it understands; empty if none of ours
/// @param random for the identities of requests
record WebhookConverter(
    WebhookClient client, WebhookTarget target, String reviewVersion, RandomGenerator random)
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
    var answers = ask(wrong, apiVersion).iterator();
    var converted = new ArrayList<Unstructured>(objects.size());
    for (var object : objects) {
      converted.add(object.apiVersion().equals(apiVersion) ? object : answers.next());
    }
    return converted;
  }

  private List<Unstructured> ask(List<Unstructured> objects, String apiVersion) {
    var first = objects.getFirst();
    var who = "conversion webhook for " + first.apiVersion() + ", Kind=" + first.kind();
    if (reviewVersion.isEmpty()) {
      throw ApiException.unexplained("no supported conversion review versions");
    }
    var uid = new UUID(random.nextLong(), random.nextLong()).toString();
    List<RawExtension> answers;
    try {
      answers = answers(uid, post(review(uid, objects, apiVersion)));
    } catch (WebhookFailure | JsonFormatException | Refused failed) {
      throw ApiException.unexplained(who + " failed: " + failed.getMessage());
    }
    if (answers.size() != objects.size()) {
      throw ApiException.unexplained(
          who + " returned " + answers.size() + " objects, expected " + objects.size());
    }
    var converted = new ArrayList<Unstructured>(objects.size());
    for (int i = 0; i < answers.size(); i++) {
      converted.add(checked(who, i, objects.get(i), answers.get(i), apiVersion));
    }
    return converted;
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

  private static Unstructured checked(
      String who, int index, Unstructured original, RawExtension answer, String apiVersion) {
    var invalid = who + " returned invalid converted object at index " + index + ": ";
    Unstructured converted;
    try {
      if (!(answer.json() instanceof JsonObject tree)) {
        throw ApiException.unexplained(invalid + "not an object");
      }
      if (!tree.has("metadata")) {
        throw ApiException.unexplained(
            who
                + " returned invalid metadata in object at index "
                + index
                + ": missing metadata in converted object");
      }
      converted = Unstructured.of(tree);
    } catch (JsonFormatException malformed) {
      throw ApiException.unexplained(invalid + malformed.getMessage());
    }
    if (!converted.apiVersion().equals(apiVersion)) {
      throw ApiException.unexplained(
          invalid
              + "invalid groupVersion (expected "
              + apiVersion
              + ", received "
              + converted.apiVersion()
              + ")");
    }
    if (!converted.kind().equals(original.kind())) {
      throw ApiException.unexplained(
          invalid
              + "invalid kind (expected "
              + original.kind()
              + ", received "
              + converted.kind()
              + ")");
    }
    same(invalid, "name", original.metadata().name(), converted.metadata().name());
    same(invalid, "namespace", original.metadata().namespace(), converted.metadata().namespace());
    same(invalid, "UID", original.metadata().uid(), converted.metadata().uid());
    // Of the metadata, a webhook may change labels and annotations, nothing else.
    return converted.withMetadata(
        original
            .metadata()
            .withLabels(converted.metadata().labels())
            .withAnnotations(converted.metadata().annotations()));
  }

  private static void same(String invalid, String what, String expected, String found) {
    if (!expected.equals(found)) {
      throw ApiException.unexplained(
          invalid + "must have the same " + what + ": " + expected + " != " + found);
    }
  }
}
