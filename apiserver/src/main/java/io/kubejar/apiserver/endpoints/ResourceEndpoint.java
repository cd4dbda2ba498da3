package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.meta.v1.StatusDetails;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.wire.FieldValidation;
import io.kubejar.apiserver.wire.MediaType;
import io.kubejar.apiserver.wire.OutputFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The verbs of one resource over HTTP. Every method reads: what was asked, do it, how to say it.
final class ResourceEndpoint<T extends KubernetesObject> {
  private static final GroupVersionKind DELETE_OPTIONS =
      new GroupVersionKind("", "v1", "DeleteOptions");

  /// The code of refusals of revisions that do not exist yet.
  private static final int TOO_NEW = 504;

  private final ResourceVerbs<T> verbs;
  private final ResourceType<T> type;
  private final ObjectAnswers<T> answers;
  private final WatchAnswers<T> watches;

  ResourceEndpoint(ResourceVerbs<T> verbs, Serving serving) {
    this.verbs = verbs;
    type = verbs.type();
    answers = new ObjectAnswers<>(verbs.strategy(), serving);
    watches = new WatchAnswers<>(verbs.strategy(), serving);
  }

  Response get(Request request) throws InterruptedException {
    var format = format(request);
    var stored = verbs.get(key(request), request.query().firstOr("resourceVersion", ""));
    return answers.one(request, format, 200, stored);
  }

  Response list(Request request) throws InterruptedException {
    var format = format(request);
    var options = readOptions(request);
    checkForList(request.query(), options);
    return answers.list(request, format, verbs.list(options));
  }

  Response watch(Request request) throws InterruptedException {
    var format = format(request);
    if (format.encoding() == OutputFormat.Encoding.YAML) {
      throw WatchAnswers.notAStream();
    }
    var watching = WatchOptions.of(request.query());
    var timeout = Objects.requireNonNullElse(number(request.query(), "timeoutSeconds"), 0L);
    try {
      var watch = verbs.watch(readOptions(request), watching);
      return watches.stream(request, format, watch, watching.allowBookmarks(), timeout);
    } catch (ApiException refused) {
      if (refused.isExpired() || refused.code() == TOO_NEW) {
        return watches.failed(request, format, refused.status());
      }
      throw refused;
    }
  }

  Response create(Request request) throws IOException, InterruptedException {
    var format = format(request);
    var object = body(request);
    return answers.one(
        request, format, 201, verbs.create(call(request), request.info().namespace(), object));
  }

  Response update(Request request) throws IOException, InterruptedException {
    var format = format(request);
    var object = body(request);
    var written = verbs.update(call(request), key(request), request.info().subresource(), object);
    return answers.one(request, format, written.created() ? 201 : 200, written.object());
  }

  Response patch(Request request) throws IOException, InterruptedException {
    var format = format(request);
    var patch = patchOf(request);
    var written = verbs.patch(call(request), key(request), request.info().subresource(), patch);
    return answers.one(request, format, written.created() ? 201 : 200, written.object());
  }

  /// What the body and the options say is to be changed.
  static PatchRequest patchOf(Request request) throws IOException {
    var mediaType = MediaType.parse(request.headers().firstOr("Content-Type", "")).type();
    var patchType =
        PatchRequest.Type.of(mediaType)
            .orElseThrow(
                () ->
                    ApiException.unsupportedMediaType(
                        "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json-patch+json, application/merge-patch+json,"
                            + " application/strategic-merge-patch+json,"
                            + " application/apply-patch+yaml"));
    boolean apply = patchType == PatchRequest.Type.APPLY;
    if (apply && request.query().firstOr("fieldManager", "").isEmpty()) {
      throw PatchOptions.fieldManagerMissing();
    }
    if (!apply && request.query().contains("force")) {
      throw PatchOptions.forceWithoutApply();
    }
    var repeated = new ArrayList<String>();
    var body = Bodies.tree(Bodies.bytes(request), apply, repeated);
    request.trail().patched(body);
    var force = request.query().flag("force");
    return new PatchRequest(patchType, body, force, fieldValidation(request.query()), repeated);
  }

  Response delete(Request request) throws IOException, InterruptedException {
    var format = format(request);
    var options = deleteOptions(request);
    var written = verbs.delete(call(request), key(request), options);
    if (!written.removed()) {
      boolean cascades = Boolean.FALSE.equals(options.orphanDependents());
      return answers.one(request, format, cascades ? 202 : 200, written.object());
    }
    if (verbs.returnsDeleted()) {
      return answers.one(request, format, 200, written.object());
    }
    return Answers.of(format, 200, "v1", "Status", deleted(written.object()), Status.CODEC);
  }

  Response deleteCollection(Request request) throws IOException, InterruptedException {
    var format = format(request);
    var options = deleteOptions(request);
    var listed = verbs.list(readOptions(request));
    verbs.deleteCollection(call(request), readOptions(request), options);
    return answers.list(request, format, listed);
  }

  private static void checkForList(Query query, ReadOptions options) {
    if (query.contains("sendInitialEvents")) {
      var faults = new ArrayList<>(options.faultsForList());
      faults.add(
          FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
      ReadOptions.refuse(faults);
    }
  }

  private Status deleted(T object) {
    var metadata = object.metadata();
    var details =
        StatusDetails.EMPTY
            .withName(metadata.name())
            .withGroup(type.gvk().group())
            .withKind(type.plural())
            .withUid(metadata.uid());
    return Status.EMPTY.withStatus("Success").withDetails(details);
  }

  private OutputFormat format(Request request) {
    return Answers.format(request, type.codec().typed());
  }

  private T body(Request request) throws IOException {
    return Bodies.read(request, type.gvk(), type.codec(), fieldValidation(request.query()));
  }

  private DeleteOptions deleteOptions(Request request) throws IOException {
    var body = Bodies.bytes(request);
    var query = request.query();
    if (body.length > 0) {
      var encoding = OutputFormat.ofBody(request.headers().firstOr("Content-Type", ""), true);
      // Its apiVersion may be that of any group.
      var expected =
          new Bodies.Expected<>(
              anyVersion(body, encoding), DeleteOptions.CODEC, FieldValidation.IGNORE);
      return Bodies.read(request, body, encoding, expected);
    }
    return new DeleteOptions(
        number(query, "gracePeriodSeconds"),
        preconditions(query),
        query.contains("orphanDependents") ? query.flag("orphanDependents") : null,
        query.first("propagationPolicy").orElse(null),
        query.all("dryRun"),
        null);
  }

  private static GroupVersionKind anyVersion(byte[] body, OutputFormat.Encoding encoding) {
    var said = encoding == OutputFormat.Encoding.JSON ? TypeMeta.of(body).apiVersion() : "";
    return said.isEmpty() ? DELETE_OPTIONS : GroupVersionKind.parse(said, "DeleteOptions");
  }

  private static @Nullable Preconditions preconditions(Query query) {
    var uid = query.first("preconditions.uid").orElse(null);
    var revision = query.first("preconditions.resourceVersion").orElse(null);
    return uid == null && revision == null ? null : new Preconditions(uid, revision);
  }

  private static @Nullable Long number(Query query, String name) {
    var text = query.firstOr(name, "");
    try {
      return text.isEmpty() ? null : Long.valueOf(text);
    } catch (NumberFormatException _) {
      throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
    }
  }

  static Call call(Request request) {
    var query = request.query();
    var dryRun = query.all("dryRun");
    if (!dryRun.isEmpty() && !dryRun.equals(List.of("All"))) {
      throw PatchOptions.dryRunUnknown(dryRun);
    }
    return new Call(
        request.user(),
        query.firstOr("fieldManager", ""),
        request.headers().firstOr("User-Agent", ""),
        !dryRun.isEmpty(),
        true,
        request.warnings(),
        query.firstOr("fieldValidation", ""),
        request.trail().annotations(),
        "",
        request.info().verb(),
        request.deadline());
  }

  static FieldValidation fieldValidation(Query query) {
    return FieldValidation.parse(query.firstOr("fieldValidation", ""));
  }

  private static ReadOptions readOptions(Request request) {
    var query = request.query();
    return new ReadOptions(
        request.info().namespace(),
        request.info().nameInPath(),
        query.firstOr("labelSelector", ""),
        query.firstOr("fieldSelector", ""),
        query.firstOr("resourceVersion", ""),
        query.firstOr("resourceVersionMatch", ""),
        Objects.requireNonNullElse(number(query, "limit"), 0L),
        query.firstOr("continue", ""));
  }

  private ObjectKey key(Request request) {
    var info = request.info();
    return new ObjectKey(type.namespaced() ? info.namespace() : "", info.name());
  }
}
