package io.kubejar.apiserver.validation;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The validation of all kinds. Objects are checked as they will be stored: with defaults filled
/// in.
public final class Validation {
  /// Names are subdomains, except of these kinds.
  private static final Map<String, Function<String, List<String>>> NAMES =
      Map.ofEntries(
          Map.entry("Service", Formats::dns1123Label),
          Map.entry("Namespace", Formats::dns1123Label),
          Map.entry("StatefulSet", Formats::dns1123Label),
          Map.entry("Role", Formats::pathSegment),
          Map.entry("ClusterRole", Formats::pathSegment),
          Map.entry("RoleBinding", Formats::pathSegment),
          Map.entry("ClusterRoleBinding", Formats::pathSegment),
          Map.entry("CertificateSigningRequest", name -> List.of()),
          Map.entry("APIService", name -> List.of()), // Its own rules say more.
          Map.entry("IPAddress", NetworkKinds::addressName));

  /// Groups whose kinds may have finalizers without a slash in their names.
  private static final Set<String> ANY_FINALIZERS =
      Set.of("apiextensions.k8s.io", "apiregistration.k8s.io", "admissionregistration.k8s.io");

  /// Kinds of other groups that may have such finalizers too.
  private static final Set<String> KINDS_WITH_ANY_FINALIZERS =
      Set.of("Lease", "RuntimeClass", "PodDisruptionBudget");

  private static final String CONTROLLER = "reportingController";

  /// What the core group calls the same field.
  private static final String OLD_CONTROLLER = "reportingComponent";

  private Validation() {}

  /// What is wrong with a new object.
  public static List<FieldError> create(KubernetesObject object) {
    return switch (object) {
      case Event event -> createEvent(event, false);
      case PodDisruptionBudget budget -> createBudget(budget);
      default -> createCommon(object);
    };
  }

  /// Budgets may be called anything that fits into a path; that comes last.
  private static List<FieldError> createBudget(PodDisruptionBudget budget) {
    var root = Check.root();
    Policies.disruptionBudget(root, budget);
    if (root.errors().isEmpty()) {
      MetadataValidation.create(root.at("metadata"), budget.metadata(), true, Formats::pathSegment);
    }
    return root.errors();
  }

  private static List<FieldError> createCommon(KubernetesObject object) {
    var root = Check.root();
    var kind = GroupVersionKind.of(object);
    var resource = BuiltInResources.find(kind);
    boolean namespaced =
        resource.map(ResourceType::namespaced).orElse(!object.metadata().namespace().isEmpty());
    MetadataValidation.create(root.at("metadata"), object.metadata(), namespaced, names(kind));
    finalizers(root, kind, object.metadata());
    if (!KindRules.create(root, object)) {
      bySchema(root, kind, resource, object);
    }
    return withPathSegment(root, object);
  }

  /// Whatever a kind allows, a name must fit into a path. That is said last.
  private static List<FieldError> withPathSegment(Check root, KubernetesObject object) {
    if (root.errors().isEmpty()) {
      root.at("metadata").at("name").format(object.metadata().name(), Formats::pathSegment);
    }
    return root.errors();
  }

  /// What is wrong with a new event.
  ///
  /// @param strictly whether it comes through `events.k8s.io`
  public static List<FieldError> createEvent(Event event, boolean strictly) {
    var root = Check.root();
    var metadata = root.at("metadata");
    Events.event(root, event, strictly ? CONTROLLER : OLD_CONTROLLER);
    if (strictly) {
      MetadataValidation.create(metadata, event.metadata(), true, Formats::dns1123Subdomain);
      finalizers(root, GroupVersionKind.of(event), event.metadata());
      Events.strict(root, event);
    } else if (root.errors().isEmpty()) {
      MetadataValidation.create(metadata, event.metadata(), true, Formats::pathSegment);
    }
    return root.errors();
  }

  /// What is wrong with an event that goes on.
  public static List<FieldError> updateEvent(Event event, Event old, boolean strictly) {
    var root = Check.root();
    MetadataValidation.update(root.at("metadata"), event.metadata(), old.metadata());
    Events.event(root, event, strictly ? CONTROLLER : OLD_CONTROLLER);
    if (strictly) {
      finalizers(root, GroupVersionKind.of(event), event.metadata());
      Events.strict(root, event, old);
    }
    return root.errors();
  }

  /// What is wrong with a signing request that was changed through this subresource.
  public static List<FieldError> update(
      CertificateSigningRequest request, CertificateSigningRequest old, String subresource) {
    var root = Check.root();
    MetadataValidation.update(root.at("metadata"), request.metadata(), old.metadata());
    Certificates.request(root, request, old, subresource);
    return root.errors();
  }

  /// What is wrong with an object that replaces an older state.
  public static List<FieldError> update(KubernetesObject object, KubernetesObject old) {
    if (object instanceof Event now && old instanceof Event was) {
      return updateEvent(now, was, false);
    }
    var root = Check.root();
    var kind = GroupVersionKind.of(object);
    MetadataValidation.update(root.at("metadata"), object.metadata(), old.metadata());
    finalizers(root, kind, object.metadata());
    if (!KindRules.update(root, object, old)) {
      bySchema(root, kind, BuiltInResources.find(kind), object);
    }
    return root.errors();
  }

  /// What is wrong with an object whose status was reported.
  public static List<FieldError> updateStatus(KubernetesObject object, KubernetesObject old) {
    var root = Check.root();
    MetadataValidation.update(root.at("metadata"), object.metadata(), old.metadata());
    finalizers(root, GroupVersionKind.of(object), object.metadata());
    return StatusRules.update(root, object, old) ? root.errors() : update(object, old);
  }

  /// What is wrong with the metadata of a new object whose kind is known at run time only.
  public static List<FieldError> metadata(ObjectMeta metadata, boolean namespaced) {
    var root = Check.root();
    MetadataValidation.create(root.at("metadata"), metadata, namespaced, Formats::dns1123Subdomain);
    return root.errors();
  }

  /// What is wrong with the metadata of an object inside another one.
  ///
  /// @param path of the metadata
  public static List<FieldError> embeddedMetadata(
      ObjectMeta metadata, boolean namespaced, FieldPath path) {
    var root = Check.root();
    MetadataValidation.create(
        root.at(path.text()), metadata, namespaced, Formats::dns1123Subdomain);
    return root.errors();
  }

  /// What is wrong with the metadata that replace older ones.
  public static List<FieldError> metadataUpdate(ObjectMeta metadata, ObjectMeta old) {
    var root = Check.root();
    MetadataValidation.update(root.at("metadata"), metadata, old);
    return root.errors();
  }

  private static void finalizers(Check root, GroupVersionKind kind, ObjectMeta metadata) {
    if (!ANY_FINALIZERS.contains(kind.group())
        && !KINDS_WITH_ANY_FINALIZERS.contains(kind.kind())) {
      MetadataValidation.qualifiedFinalizers(
          root.at("metadata").at("finalizers"), metadata.finalizers());
    }
  }

  /// What is wrong with the addresses of a Service inside the cluster, before any are allocated.
  public static List<FieldError> clusterAddresses(Service service) {
    var root = Check.root();
    ServiceAddresses.check(root.at("spec"), service.spec());
    return root.errors();
  }

  /// What is wrong with the ephemeral containers that replace those of a pod.
  public static List<FieldError> ephemeralContainers(Pod pod, Pod old) {
    var root = Check.root();
    if (old.metadata().annotations().containsKey(PodAnnotations.MIRROR)) {
      root.forbidden("static pods do not support ephemeral containers");
      return root.errors();
    }
    MetadataValidation.update(root.at("metadata"), pod.metadata(), old.metadata());
    Pods.ephemeralContainers(root, pod, old);
    return root.errors();
  }

  /// What is wrong with labels and annotations that somebody else has put together.
  public static List<FieldError> labelsAndAnnotations(
      Map<String, String> labels, Map<String, String> annotations) {
    var root = Check.root();
    MetadataValidation.labels(root.at("metadata").at("labels"), labels);
    MetadataValidation.annotations(root.at("metadata").at("annotation"), annotations);
    return root.errors();
  }

  /// What is wrong with a pod that was resized.
  ///
  /// @param sameClass whether it keeps its quality-of-service class
  public static List<FieldError> resize(Pod pod, Pod old, boolean sameClass) {
    var root = Check.root();
    var refused = PodResizes.refusal(old);
    if (refused.isPresent()) {
      root.forbidden(refused.get());
      return root.errors();
    }
    MetadataValidation.update(root.at("metadata"), pod.metadata(), old.metadata());
    Pods.always(root, pod);
    PodResizes.resize(root, pod, old, sameClass);
    return root.errors();
  }

  private static Function<String, List<String>> names(GroupVersionKind kind) {
    return NAMES.getOrDefault(kind.kind(), Formats::dns1123Subdomain);
  }

  private static void bySchema(
      Check root,
      GroupVersionKind kind,
      Optional<ResourceType<?>> resource,
      KubernetesObject object) {
    var type = Schemas.of(kind);
    if (type.isPresent()
        && resource.isPresent()
        && tree(resource.get(), object) instanceof JsonObject tree) {
      SchemaValidation.object(root, tree, type.get());
    }
  }

  private static <T extends KubernetesObject> JsonValue tree(
      ResourceType<T> resource, KubernetesObject object) {
    return resource.codec().toTree(resource.type().cast(object));
  }
}
