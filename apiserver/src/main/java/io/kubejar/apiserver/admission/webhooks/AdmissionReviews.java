package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admission.v1.AdmissionResponse;
import io.kubejar.api.admission.v1.AdmissionReview;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.meta.v1.CreateOptions;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.GroupVersionKind;
import io.kubejar.apimachinery.meta.v1.GroupVersionResource;
import io.kubejar.apimachinery.meta.v1.UpdateOptions;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authn.TokenRequests;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Questions to webhooks and their answers, `admission.k8s.io/v1`, or `v1beta1` for old ones, which
/// has the same fields and laxer rules.
public final class AdmissionReviews {
  private static final String GROUP = "admission.k8s.io/";
  private static final String V1 = "v1";
  private static final String BETA = "v1beta1";
  private static final String JSON_PATCH = "JSONPatch";
  private static final String KIND = "AdmissionReview";
  private static final String OPTIONS_VERSION = "meta.k8s.io/v1";

  private final ReviewedObjects objects;

  AdmissionReviews(ReviewedObjects objects) {
    this.objects = objects;
  }

  /// The first version in a webhook's list that can be spoken; empty if there is none.
  static Optional<String> spoken(List<String> versions) {
    return versions.stream()
        .filter(version -> version.equals(V1) || version.equals(BETA))
        .findFirst();
  }

  /// The question as JSON.
  ///
  /// @param version of the review
  byte[] question(String version, String uid, Invocation invocation, AdmissionRequest request)
      throws InterruptedException {
    var seen = invocation.type();
    var requested = objects.requested(request);
    var asked =
        io.kubejar.api.admission.v1.AdmissionRequest.builder()
            .uid(uid)
            .kind(kind(kindOf(seen, request)))
            .resource(resource(seen))
            .subResource(request.subresource())
            .requestKind(kind(kindOf(requested, request)))
            .requestResource(resource(requested))
            .requestSubResource(request.subresource())
            .name(request.name())
            .namespace(request.reviewedNamespace())
            .operation(request.operation().name())
            .userInfo(TokenRequests.toApi(request.call().user()))
            .object(objects.show(request.object(), seen, request))
            .oldObject(objects.show(request.old(), seen, request))
            .dryRun(request.call().dryRun())
            .options(options(request))
            .build();
    var review =
        (JsonObject) AdmissionReview.CODEC.toTree(AdmissionReview.EMPTY.withRequest(asked));
    return JsonPrinter.printUtf8(
        review
            .with("apiVersion", new JsonString(GROUP + version))
            .with("kind", new JsonString(KIND)));
  }

  private static io.kubejar.apimachinery.GroupVersionKind kindOf(
      ResourceType<?> seen, AdmissionRequest request) {
    boolean ownKind = request.kind().equals(request.type().gvk());
    return ownKind ? seen.gvk() : request.kind();
  }

  private static GroupVersionKind kind(io.kubejar.apimachinery.GroupVersionKind kind) {
    return new GroupVersionKind(kind.group(), kind.version(), kind.kind());
  }

  private static GroupVersionResource resource(ResourceType<?> type) {
    return new GroupVersionResource(type.gvk().group(), type.gvk().version(), type.plural());
  }

  /// The options of the request's verb.
  public static RawExtension options(AdmissionRequest request) {
    var call = request.call();
    return switch (request.operation()) {
      case CREATE -> options("CreateOptions", CreateOptions.CODEC.toTree(createOptions(call)));
      case UPDATE -> options("UpdateOptions", UpdateOptions.CODEC.toTree(updateOptions(call)));
      case DELETE ->
          options(
              "DeleteOptions",
              DeleteOptions.CODEC.toTree(
                  Objects.requireNonNullElse(request.deleteOptions(), DeleteOptions.EMPTY)));
      case CONNECT -> RawExtension.EMPTY;
    };
  }

  private static CreateOptions createOptions(Call call) {
    return CreateOptions.EMPTY
        .withDryRun(dryRun(call))
        .withFieldManager(call.fieldManager())
        .withFieldValidation(call.fieldValidation());
  }

  private static UpdateOptions updateOptions(Call call) {
    return UpdateOptions.EMPTY
        .withDryRun(dryRun(call))
        .withFieldManager(call.fieldManager())
        .withFieldValidation(call.fieldValidation());
  }

  private static List<String> dryRun(Call call) {
    return call.dryRun() ? List.of("All") : List.of();
  }

  private static RawExtension options(String kind, io.kubejar.apimachinery.json.JsonValue options) {
    return RawExtension.of(
        ((JsonObject) options)
            .with("kind", new JsonString(kind))
            .with("apiVersion", new JsonString(OPTIONS_VERSION)));
  }

  /// Reads an answer and checks that it is one to the question.
  ///
  /// @param version in which was asked
  /// @param mutating whether it may bring a patch
  AdmissionResponse answer(String version, byte[] json, String uid, boolean mutating)
      throws CallFailed {
    boolean isOld = version.equals(BETA);
    var response = read(json, uid, isOld);
    if (isOld) {
      boolean changes = mutating && !response.patch().isEmpty();
      return changes
          ? response.withPatchType(JSON_PATCH)
          : response.withPatch(Bytes.EMPTY).withPatchType(null);
    }
    boolean patch = !response.patch().isEmpty();
    var type = response.patchType();
    if (mutating) {
      require(!patch || type != null, "webhook returned response.patch but not response.patchType");
      require(patch || type == null, "webhook returned response.patchType but not response.patch");
      require(
          type == null || !type.isEmpty(),
          "webhook returned invalid response.patchType of " + GoText.quoted(""));
    } else {
      require(!patch, "validating webhook may not return response.patch");
      require(type == null, "validating webhook may not return response.patchType");
    }
    return response;
  }

  private static AdmissionResponse read(byte[] json, String uid, boolean isOld) throws CallFailed {
    AdmissionReview review;
    JsonObject tree;
    try {
      tree = JsonParser.parse(json) instanceof JsonObject object ? object : JsonObject.EMPTY;
      review = AdmissionReview.CODEC.fromTree(tree);
    } catch (JsonFormatException malformed) {
      throw new CallFailed(
          "failed to call webhook: couldn't get version/kind; json parse error: "
              + malformed.getMessage(),
          CallFailed.UNAVAILABLE);
    }
    var response = review.response();
    if (response == null) {
      throw invalid("webhook response was absent");
    }
    if (isOld) {
      return response; // Nothing else was ever asked of these.
    }
    require(
        response.uid().equals(uid),
        "expected response.uid=" + GoText.quoted(uid) + ", got " + GoText.quoted(response.uid()));
    var version = tree.text("apiVersion");
    var kind = tree.text("kind");
    require(
        version.equals(GROUP + V1) && kind.equals(KIND),
        "expected webhook response of "
            + GROUP
            + V1
            + ", Kind="
            + KIND
            + ", got "
            + (version.contains("/") ? version : "/" + version)
            + ", Kind="
            + kind);
    return response;
  }

  private static void require(boolean condition, String otherwise) throws CallFailed {
    if (!condition) {
      throw invalid(otherwise);
    }
  }

  private static CallFailed invalid(String why) {
    return new CallFailed("received invalid webhook response: " + why, CallFailed.UNAVAILABLE);
  }
}
