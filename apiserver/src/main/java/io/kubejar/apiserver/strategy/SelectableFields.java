package io.kubejar.apiserver.strategy;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The fields that field selectors may name, per kind.
public final class SelectableFields {
  private static final Set<String> EVERY_KIND = Set.of("metadata.name", "metadata.namespace");

  /// Kinds with fields of their own that have no namespace: upstream knows them by their names
  /// only.
  private static final Set<String> WITHOUT_NAMESPACE =
      Set.of("Node", "Namespace", "CertificateSigningRequest", "ResourceSlice");

  private static final Map<String, Set<String>> MORE =
      Map.ofEntries(
          Map.entry("ResourceSlice", Set.of("spec.nodeName", "spec.driver")),
          Map.entry(
              "Pod",
              Set.of(
                  "spec.host",
                  "spec.nodeName",
                  "spec.restartPolicy",
                  "spec.schedulerName",
                  "spec.serviceAccountName",
                  "spec.hostNetwork",
                  "status.phase",
                  "status.podIP",
                  "status.podIPs",
                  "status.nominatedNodeName")),
          Map.entry(
              "Event",
              Set.of(
                  "involvedObject.kind",
                  "involvedObject.namespace",
                  "involvedObject.name",
                  "involvedObject.uid",
                  "involvedObject.apiVersion",
                  "involvedObject.resourceVersion",
                  "involvedObject.fieldPath",
                  "reason",
                  "reportingComponent",
                  "source",
                  "type")),
          Map.entry("Node", Set.of("spec.unschedulable")),
          Map.entry("Namespace", Set.of("status.phase")),
          Map.entry("Secret", Set.of("type")),
          Map.entry("Service", Set.of("spec.clusterIP", "spec.type")),
          Map.entry("ReplicationController", Set.of("status.replicas")),
          Map.entry("Job", Set.of("status.successful")),
          Map.entry("CertificateSigningRequest", Set.of("spec.signerName")));

  /// Fields of `events.k8s.io` and what they are called in the core group.
  private static final Map<String, String> EVENT_FIELDS =
      Map.ofEntries(
          Map.entry("regarding.kind", "involvedObject.kind"),
          Map.entry("regarding.namespace", "involvedObject.namespace"),
          Map.entry("regarding.name", "involvedObject.name"),
          Map.entry("regarding.uid", "involvedObject.uid"),
          Map.entry("regarding.apiVersion", "involvedObject.apiVersion"),
          Map.entry("regarding.resourceVersion", "involvedObject.resourceVersion"),
          Map.entry("regarding.fieldPath", "involvedObject.fieldPath"),
          Map.entry("reportingController", "reportingComponent"),
          Map.entry("reason", "reason"),
          Map.entry("type", "type"));

  private SelectableFields() {}

  /// Refuses a field that cannot be selected by.
  ///
  /// @throws ApiException 400
  public static void check(ResourceType<?> type, String field) {
    var kind = type.gvk().kind();
    boolean unknown = field.equals("metadata.namespace") && WITHOUT_NAMESPACE.contains(kind);
    if (EVERY_KIND.contains(field) && !unknown) {
      return;
    }
    var more =
        type.equals(io.kubejar.api.events.v1.Event.RESOURCE)
            ? EVENT_FIELDS.keySet()
            : MORE.get(kind);
    if (more == null) {
      throw ApiException.badRequest(
          "\""
              + field
              + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }
    if (!more.contains(field)) {
      throw ApiException.badRequest(
          switch (kind) {
            case "Job" -> "field label \"" + field + "\" not supported for Job";
            case "ResourceSlice" -> "field label not supported for " + type.gvk() + ": " + field;
            default -> "field label not supported: " + field;
          });
    }
  }

  /// What a field of a served version is called in the stored one.
  public static String stored(ResourceType<?> version, String field) {
    if (version.gvk().kind().equals("Pod") && field.equals("spec.host")) {
      return "spec.nodeName"; // As very old clients have it.
    }
    boolean renamed = version.equals(io.kubejar.api.events.v1.Event.RESOURCE);
    return renamed ? EVENT_FIELDS.getOrDefault(field, field) : field;
  }

  /// The value of a field; empty if it is not set.
  public static String value(KubernetesObject object, String field) {
    return switch (field) {
      case "metadata.name" -> object.metadata().name();
      case "metadata.namespace" -> object.metadata().namespace();
      default -> special(object, field);
    };
  }

  private static String special(KubernetesObject object, String field) {
    return switch (object) {
      case Pod pod -> ofPod(pod, field);
      case Event event -> ofEvent(event, field);
      case Node node -> Boolean.toString(node.spec().unschedulable());
      case Namespace namespace -> namespace.status().phase();
      case Secret secret -> secret.type();
      case Service service ->
          field.equals("spec.type") ? service.spec().type() : service.spec().clusterIP();
      case ReplicationController controller -> Integer.toString(controller.status().replicas());
      case Job job -> Integer.toString(job.status().succeeded());
      case CertificateSigningRequest request -> request.spec().signerName();
      case ResourceSlice slice ->
          field.equals("spec.driver")
              ? slice.spec().driver()
              : Objects.requireNonNullElse(slice.spec().nodeName(), "");
      default -> "";
    };
  }

  private static String ofPod(Pod pod, String field) {
    var spec = pod.spec();
    var status = pod.status();
    return switch (field) {
      case "spec.nodeName" -> spec.nodeName();
      case "spec.restartPolicy" -> spec.restartPolicy();
      case "spec.schedulerName" -> spec.schedulerName();
      case "spec.serviceAccountName" -> spec.serviceAccountName();
      case "spec.hostNetwork" -> Boolean.toString(spec.hostNetwork());
      case "status.phase" -> status.phase();
      case "status.podIP" -> status.podIPs().isEmpty() ? "" : status.podIPs().getFirst().ip();
      case "status.nominatedNodeName" -> status.nominatedNodeName();
      default -> "";
    };
  }

  private static String ofEvent(Event event, String field) {
    var involved = event.involvedObject();
    return switch (field) {
      case "involvedObject.kind" -> involved.kind();
      case "involvedObject.namespace" -> involved.namespace();
      case "involvedObject.name" -> involved.name();
      case "involvedObject.uid" -> involved.uid();
      case "involvedObject.apiVersion" -> involved.apiVersion();
      case "involvedObject.resourceVersion" -> involved.resourceVersion();
      case "involvedObject.fieldPath" -> involved.fieldPath();
      case "reason" -> event.reason();
      case "reportingComponent" -> event.reportingComponent();
      case "source" ->
          Objects.requireNonNullElse(event.source().component(), "").isEmpty()
              ? event.reportingComponent()
              : event.source().component();
      case "type" -> event.type();
      default -> "";
    };
  }
}
