package io.kubejar.apiserver.guards;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.authz.PodReferences;
import java.util.Optional;
import java.util.stream.Stream;

/// The only pods a node may create: those that show its static pods. They must not refer to
/// anything, or whoever has a node's identity could read all that pods may refer to.
final class MirrorPods {
  private static final String ANNOTATION = "kubernetes.io/config.mirror";

  private MirrorPods() {}

  /// Why a node may not create this pod, if it may not.
  static Optional<String> refusal(String node, Pod pod, Optional<Node> registered) {
    if (!pod.metadata().annotations().containsKey(ANNOTATION)) {
      return Optional.of(
          "pod does not have "
              + quoted(ANNOTATION)
              + " annotation, node "
              + quoted(node)
              + " can only create mirror pods");
    }
    if (!pod.spec().nodeName().equals(node)) {
      return only(node, "pods with spec.nodeName set to itself");
    }
    var owners = pod.metadata().ownerReferences();
    if (owners.size() != 1) {
      return only(
          node,
          owners.isEmpty()
              ? "pods with an owner reference set to itself"
              : "pods with a single owner reference set to itself");
    }
    return owner(node, owners.getFirst(), registered).or(() -> references(node, pod));
  }

  private static Optional<String> owner(
      String node, OwnerReference owner, Optional<Node> registered) {
    if (!owner.apiVersion().equals("v1")
        || !owner.kind().equals("Node")
        || !owner.name().equals(node)) {
      return only(node, "pods with an owner reference set to itself");
    }
    if (!Boolean.TRUE.equals(owner.controller())) {
      return only(node, "pods with a controller owner reference set to itself");
    }
    if (Boolean.TRUE.equals(owner.blockOwnerDeletion())) {
      return Optional.of(
          "node " + quoted(node) + " must not set blockOwnerDeletion on an owner reference");
    }
    var uid = registered.map(found -> found.metadata().uid()).orElse("");
    return owner.uid().equals(uid)
        ? Optional.empty()
        : Optional.of("node " + node + " UID mismatch: expected " + owner.uid() + " got " + uid);
  }

  private static Optional<String> references(String node, Pod pod) {
    if (!pod.spec().serviceAccountName().isEmpty()) {
      return reference(node, "a service account");
    }
    var references = PodReferences.of(pod);
    if (!references.secrets().isEmpty()) {
      return reference(node, "secrets");
    }
    if (!references.configMaps().isEmpty()) {
      return reference(node, "configmaps");
    }
    boolean bundles =
        pod.spec().volumes().stream()
            .flatMap(
                volume ->
                    volume.projected() == null
                        ? Stream.empty()
                        : volume.projected().sources().stream())
            .anyMatch(source -> source.clusterTrustBundle() != null);
    if (bundles) {
      return reference(node, "clustertrustbundles");
    }
    if (!references.claims().isEmpty()) {
      return reference(node, "persistentvolumeclaims");
    }
    return references.resourceClaims().isEmpty()
        ? Optional.empty()
        : reference(node, "resourceclaims");
  }

  private static Optional<String> only(String node, String what) {
    return Optional.of("node " + quoted(node) + " can only create " + what);
  }

  private static Optional<String> reference(String node, String what) {
    return Optional.of("node " + quoted(node) + " can not create pods that reference " + what);
  }
}
