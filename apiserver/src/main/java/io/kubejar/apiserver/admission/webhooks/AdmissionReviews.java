package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.admission.v1.AdmissionResponse;
import io.kubejar.api.admission.v1.AdmissionReview;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
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

/// Questions to webhooks and their answers, `admission.k8s.io/v1`.
public final class AdmissionReviews {
  private static final String VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final String OPTIONS_VERSION = "meta.k8s.io/v1";

  private final ReviewedObjects objects;

  AdmissionReviews(ReviewedObjects objects) {
    this.objects = objects;
  }

  /// The question as JSON.
  byte[] question(String uid, Invocation invocation, AdmissionRequest request)
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
    return AdmissionReview.CODEC.toJson(AdmissionReview.EMPTY.withRequest(asked));
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
  /// @param mutating whether it may bring a patch
  AdmissionResponse answer(byte[] json, String uid, boolean mutating) throws CallFailed {
    var response = read(json, uid);
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

  private static AdmissionResponse read(byte[] json, String uid) throws CallFailed {
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
    require(
        response.uid().equals(uid),
        "expected response.uid=" + GoText.quoted(uid) + ", got " + GoText.quoted(response.uid()));
    var version = tree.text("apiVersion");
    var kind = tree.text("kind");
    require(
        version.equals(VERSION) && kind.equals(KIND),
        "expected webhook response of "
            + VERSION
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
