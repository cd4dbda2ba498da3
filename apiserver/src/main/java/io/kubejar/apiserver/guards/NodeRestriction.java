package io.kubejar.apiserver.guards;

import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.NodeIdentity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Lets a node write its own Node, Lease and CSINode, its own pods' status, mirror pods of its own,
/// and tokens for its own pods; nothing of other nodes.
public final class NodeRestriction implements AdmissionPlugin {
  /// The objects it looks at.
  public interface Lookup {
    Optional<Pod> pod(String namespace, String name);

    Optional<Node> node(String name);

    Optional<PersistentVolumeClaim> claim(String namespace, String name);

    Optional<PersistentVolume> volume(String name);

    Optional<CSIDriver> csiDriver(String name);
  }

  private static final String LEASE_NAMESPACE = "kube-node-lease";
  private static final Set<String> KUBELET_LABELS =
      Set.of(
          "kubernetes.io/hostname",
          "topology.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region",
          "node.kubernetes.io/instance-type",
          "beta.kubernetes.io/instance-type",
          "kubernetes.io/os",
          "kubernetes.io/arch",
          "beta.kubernetes.io/os",
          "beta.kubernetes.io/arch",
          "node.kubernetes.io/windows-build");
  private static final Set<String> KUBELET_LABEL_DOMAINS =
      Set.of("kubelet.kubernetes.io", "node.kubernetes.io");

  private final Lookup objects;
  private final NodeTokenAudience audiences;

  /// @param authorizer knows for which audiences a node may ask tokens that no pod asks for
  public NodeRestriction(Lookup objects, Authorizer authorizer) {
    this.objects = objects;
    this.audiences = new NodeTokenAudience(objects, authorizer);
  }

  @Override
  public void validate(AdmissionRequest request) {
    var node = NodeIdentity.of(request.call().user());
    if (node.isPresent()) {
      check(node.get(), request);
    }
  }

  private void check(String node, AdmissionRequest request) {
    var resource = request.resource();
    switch (resource.group() + "/" + resource.resource()) {
      case "/pods" -> pod(node, request);
      case "/nodes" -> node(node, request);
      case "/persistentvolumeclaims" -> claim(node, request);
      case "/serviceaccounts" -> token(node, request);
      case "coordination.k8s.io/leases" -> {
        if (!request.namespace().equals(LEASE_NAMESPACE)) {
          throw refusal(
              request,
              "can only access leases in the \"" + LEASE_NAMESPACE + "\" system namespace");
        }
        ownName(node, request, "node lease");
      }
      case "storage.k8s.io/csinodes" -> ownName(node, request, "CSINode");
      case "resource.k8s.io/resourceslices" -> slice(node, request);
      default -> {} // Of anything else, all nodes may write alike what authorization lets them.
    }
  }

  private void pod(String node, AdmissionRequest request) {
    switch (request.subresource()) {
      case "" -> {
        switch (request.operation()) {
          case CREATE -> mirrorPod(node, request);
          case DELETE -> ownPod(node, request, "delete pods");
          default ->
              throw refusal(
                  request,
                  "unexpected operation, node \""
                      + node
                      + "\" can only create and delete mirror pods");
        }
      }
      case "status" -> podStatus(node, request);
      case "eviction" -> ownPod(node, request, "evict pods");
      default ->
          throw refusal(
              request,
              "unexpected pod subresource \""
                  + request.subresource()
                  + "\", only 'status' and 'eviction' are allowed");
    }
  }

  private void mirrorPod(String node, AdmissionRequest request) {
    var pod = (Pod) object(request);
    MirrorPods.refusal(node, pod, objects.node(node))
        .ifPresent(
            why -> {
              throw refusal(request, why);
            });
  }

  private void ownPod(String node, AdmissionRequest request, String what) {
    var pod = objects.pod(request.namespace(), request.name());
    // One that is gone is somebody else's to answer.
    if (pod.isPresent() && !pod.get().spec().nodeName().equals(node)) {
      throw refusal(request, node, what + " with spec.nodeName set to itself");
    }
  }

  private void podStatus(String node, AdmissionRequest request) {
    if (!(request.old() instanceof Pod before) || !request.is(Operation.UPDATE)) {
      throw refusal(request, "unexpected operation");
    }
    var after = (Pod) object(request);
    if (!before.spec().nodeName().equals(node)) {
      throw refusal(request, node, "update pod status for pods with spec.nodeName set to itself");
    }
    if (!before.metadata().labels().equals(after.metadata().labels())) {
      throw refusal(request, "node \"" + node + "\" cannot update labels through pod status");
    }
    if (!before.status().resourceClaimStatuses().equals(after.status().resourceClaimStatuses())) {
      throw refusal(request, "node \"" + node + "\" cannot update resource claim statues");
    }
  }

  private void node(String node, AdmissionRequest request) {
    var name = name(request);
    if (!name.equals(node)) {
      throw refusal(
          request, "node \"" + node + "\" is not allowed to modify node \"" + name + "\"");
    }
    if (!(request.object() instanceof Node after)) {
      return;
    }
    var before = request.old() instanceof Node old ? old : null;
    if (before != null && !before.spec().taints().equals(after.spec().taints())) {
      throw refusal(request, "node \"" + node + "\" is not allowed to modify taints");
    }
    var labels = before == null ? Map.<String, String>of() : before.metadata().labels();
    var forbidden = forbiddenChanges(labels, after.metadata().labels());
    if (!forbidden.isEmpty()) {
      var what = before == null ? "set the following labels: " : "modify labels: ";
      throw refusal(request, "is not allowed to " + what + String.join(", ", forbidden));
    }
    var owners = after.metadata().ownerReferences();
    if (before != null && !before.metadata().ownerReferences().equals(owners)) {
      throw refusal(request, "node \"" + node + "\" is not allowed to modify ownerReferences");
    }
  }

  private static Set<String> forbiddenChanges(
      Map<String, String> before, Map<String, String> after) {
    var changed = new TreeSet<>(before.keySet());
    changed.addAll(after.keySet());
    changed.removeIf(
        key -> Objects.equals(before.get(key), after.get(key)) || !forbiddenLabel(key));
    return changed;
  }

  private static boolean forbiddenLabel(String key) {
    int slash = key.indexOf('/');
    var domain = slash < 0 ? "" : key.substring(0, slash);
    if (within(domain, "node-restriction.kubernetes.io")) {
      return true;
    }
    boolean ofKubernetes = within(domain, "kubernetes.io") || within(domain, "k8s.io");
    return ofKubernetes
        && !KUBELET_LABELS.contains(key)
        && KUBELET_LABEL_DOMAINS.stream().noneMatch(own -> within(domain, own));
  }

  private static boolean within(String domain, String parent) {
    return domain.equals(parent) || domain.endsWith("." + parent);
  }

  private static void claim(String node, AdmissionRequest request) {
    if (!request.subresource().equals("status")
        || !(request.old() instanceof PersistentVolumeClaim before)
        || !(request.object() instanceof PersistentVolumeClaim after)) {
      throw refusal(request, "may only update PVC status");
    }
    if (!withoutOwnFields(before).equals(withoutOwnFields(after))) {
      throw refusal(
          request,
          "node \""
              + node
              + "\" is not allowed to update fields other than status.capacity and"
              + " status.conditions");
    }
  }

  /// What stays when everything is gone that a node may change, or that changes with every write.
  private static PersistentVolumeClaim withoutOwnFields(PersistentVolumeClaim claim) {
    var status = PersistentVolumeClaim.EMPTY.status();
    return claim
        .withMetadata(claim.metadata().withResourceVersion("").withManagedFields(List.of()))
        .withStatus(
            claim
                .status()
                .withCapacity(status.capacity())
                .withConditions(status.conditions())
                .withAllocatedResources(status.allocatedResources())
                .withAllocatedResourceStatuses(status.allocatedResourceStatuses()));
  }

  private void token(String node, AdmissionRequest request) {
    if (!request.subresource().equals("token")
        || !(request.object() instanceof TokenRequest asked)) {
      return;
    }
    var bound = asked.spec().boundObjectRef();
    if (bound == null
        || !bound.apiVersion().equals("v1")
        || !bound.kind().equals("Pod")
        || bound.name().isEmpty()) {
      throw refusal(request, "node requested token not bound to a pod");
    }
    if (bound.uid().isEmpty()) {
      throw refusal(request, "node requested token with a pod binding without a uid");
    }
    var pod =
        objects
            .pod(request.namespace(), bound.name())
            .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), bound.name()));
    if (!pod.metadata().uid().equals(bound.uid())) {
      throw refusal(
          request,
          "the UID in the bound object reference ("
              + bound.uid()
              + ") does not match the UID in record. The object might have been deleted and then"
              + " recreated");
    }
    if (!pod.spec().nodeName().equals(node)) {
      throw refusal(request, "node requested token bound to a pod scheduled on a different node");
    }
    audiences
        .refusal(request.call().user(), request.name(), pod, asked.spec().audiences())
        .ifPresent(
            why -> {
              throw refusal(request, why);
            });
  }

  /// What a slice says is only seen here; who may see or change which one is authorized before.
  private static void slice(String node, AdmissionRequest request) {
    var looked = request.is(Operation.DELETE) ? request.old() : request.object();
    boolean judged = request.is(Operation.CREATE) || request.is(Operation.DELETE);
    if (judged && looked instanceof ResourceSlice slice && !node.equals(slice.spec().nodeName())) {
      throw refusal(
          request,
          "can only "
              + (request.is(Operation.CREATE) ? "create" : "delete")
              + " ResourceSlice with the same NodeName as the requesting node");
    }
  }

  private static void ownName(String node, AdmissionRequest request, String what) {
    if (!name(request).equals(node)) {
      throw refusal(
          request, "can only access " + what + " with the same name as the requesting node");
    }
  }

  /// The name in the path, or on creation that of the object.
  private static String name(AdmissionRequest request) {
    return request.name().isEmpty() && request.object() != null
        ? request.object().metadata().name()
        : request.name();
  }

  private static KubernetesObject object(AdmissionRequest request) {
    @Nullable KubernetesObject object = request.object();
    if (object == null) {
      throw refusal(request, "unexpected operation");
    }
    return object;
  }

  private static ApiException refusal(AdmissionRequest request, String node, String what) {
    return refusal(request, "node \"" + node + "\" can only " + what);
  }

  private static ApiException refusal(AdmissionRequest request, String why) {
    return ApiException.forbidden(request.resource(), name(request), why);
  }
}
