package io.kubejar.apiserver.authz;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Decision.Allow;
import io.kubejar.apiserver.authz.Decision.NoOpinion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Allows each node what it needs for the pods bound to it, and no more: so that whoever takes over
/// one node does not get the secrets of all.
///
/// The relation is looked up when asked for, over the node's own pods. These are few, and there is
/// no second structure that could lag behind.
public final class NodeAuthorizer implements Authorizer {
  private static final String LEASE_NAMESPACE = "kube-node-lease";
  private static final Set<String> READ = Set.of("get", "list", "watch");
  private static final Set<String> OWN = Set.of("get", "create", "update", "patch", "delete");

  private final NodeObjects objects;
  private final List<PolicyRule> staticRules;

  /// @param policy has the role `system:node`, which says what all nodes may do alike
  public NodeAuthorizer(NodeObjects objects, BootstrapPolicy policy) {
    this.objects = objects;
    this.staticRules =
        policy.clusterRoles().stream()
            .filter(role -> role.metadata().name().equals("system:node"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no role system:node"))
            .rules();
  }

  @Override
  public Decision authorize(Attributes attributes) {
    return NodeIdentity.of(attributes.user())
        .map(node -> decide(node, attributes))
        .orElse(new NoOpinion(""));
  }

  /// What the objects of a node's pods allow cannot be told in rules.
  @Override
  public ResolvedRules rulesFor(UserInfo user, String namespace) {
    return NodeIdentity.of(user).isPresent()
        ? new ResolvedRules(
            List.of(), true, List.of("node authorizer does not support user rule resolution"))
        : ResolvedRules.NONE;
  }

  private Decision decide(String node, Attributes asked) {
    if (!asked.resourceRequest()) {
      return byStaticRules(asked);
    }
    return switch (asked.apiGroup() + "/" + asked.resource()) {
      case "/secrets" -> namespacedRead(node, asked, pod -> usesSecret(pod, asked));
      case "/configmaps" ->
          namespacedRead(
              node, asked, pod -> PodReferences.of(pod).configMaps().contains(asked.name()));
      case "/persistentvolumeclaims" -> claim(node, asked);
      case "/persistentvolumes" -> get(node, asked, usesVolume(node, asked.name()));
      case "/serviceaccounts" -> serviceAccount(node, asked);
      case "/nodes" -> node(node, asked);
      case "/pods" -> pod(node, asked);
      case "resource.k8s.io/resourceclaims" ->
          get(
              node,
              asked,
              anyPod(
                  node,
                  asked,
                  pod -> PodReferences.of(pod).resourceClaims().contains(asked.name())));
      case "resource.k8s.io/resourceslices" -> resourceSlice(node, asked);
      case "storage.k8s.io/volumeattachments" ->
          get(
              node,
              asked,
              objects
                  .attachment(asked.name())
                  .filter(attachment -> attachment.spec().nodeName().equals(node))
                  .isPresent());
      case "storage.k8s.io/csinodes" ->
          asked.subresource().isEmpty() || !OWN.contains(asked.verb())
              ? ownObject(node, asked, "CSINode")
              : no("cannot authorize CSINode subresources");
      case "coordination.k8s.io/leases" ->
          asked.namespace().equals(LEASE_NAMESPACE) || !OWN.contains(asked.verb())
              ? ownObject(node, asked, "node lease")
              : no("can only access leases in the \"" + LEASE_NAMESPACE + "\" system namespace");
      default -> byStaticRules(asked);
    };
  }

  private Decision byStaticRules(Attributes asked) {
    return staticRules.stream().anyMatch(rule -> RuleMatch.allows(rule, asked))
        ? new Allow("")
        : new NoOpinion("");
  }

  private Decision namespacedRead(String node, Attributes asked, Predicate<Pod> uses) {
    if (!READ.contains(asked.verb())) {
      return no("can only read resources of this type");
    }
    if (!asked.subresource().isEmpty()) {
      return no("cannot read subresource");
    }
    if (asked.namespace().isEmpty()) {
      return no("can only read namespaced object of this type");
    }
    return related(node, asked, anyPod(node, asked, uses));
  }

  private Decision get(String node, Attributes asked, boolean related) {
    if (!asked.verb().equals("get")) {
      return no("can only get individual resources of this type");
    }
    if (!asked.subresource().isEmpty()) {
      return no("cannot get subresource");
    }
    return related(node, asked, related);
  }

  private Decision claim(String node, Attributes asked) {
    boolean used =
        anyPod(node, asked, pod -> PodReferences.of(pod).claims().contains(asked.name()));
    if (!asked.subresource().equals("status")) {
      return get(node, asked, used);
    }
    return asked.verb().equals("update") || asked.verb().equals("patch")
        ? related(node, asked, used)
        : no("can only get/update/patch this type");
  }

  private Decision serviceAccount(String node, Attributes asked) {
    boolean used = anyPod(node, asked, pod -> pod.spec().serviceAccountName().equals(asked.name()));
    // Credential providers of image registries may work with what an account is annotated with.
    return asked.verb().equals("get") && asked.subresource().isEmpty()
        ? related(node, asked, used)
        : token(node, asked, used);
  }

  private static Decision token(String node, Attributes asked, boolean used) {
    if (!asked.verb().equals("create") || asked.name().isEmpty()) {
      return no("can only create tokens for individual service accounts");
    }
    if (!asked.subresource().equals("token")) {
      return no("can only create token subresource of serviceaccount");
    }
    return related(node, asked, used);
  }

  /// Its own object only; a creation's name is checked by the admission, which sees the object.
  private Decision ownObject(String node, Attributes asked, String what) {
    if (!OWN.contains(asked.verb())) {
      return no("can only get, create, update, patch, or delete a " + what);
    }
    return asked.verb().equals("create") || asked.name().equals(node)
        ? new Allow("")
        : no("can only access " + what + " with the same name as the requesting node");
  }

  private Decision node(String node, Attributes asked) {
    boolean writes = asked.verb().equals("update") || asked.verb().equals("patch");
    if (asked.subresource().equals("status")) {
      return writes ? new Allow("") : new NoOpinion("");
    }
    if (!asked.subresource().isEmpty()) {
      return new NoOpinion("");
    }
    if (writes || asked.verb().equals("create")) {
      return new Allow(""); // Of which node, the admission checks.
    }
    if (!READ.contains(asked.verb())) {
      return new NoOpinion("");
    }
    if (asked.name().equals(node)) {
      return new Allow("");
    }
    return no(
        asked.name().isEmpty()
            ? "node '" + node + "' cannot read all nodes, only its own Node object"
            : "node '" + node + "' cannot read '" + asked.name() + "', only its own Node object");
  }

  private Decision pod(String node, Attributes asked) {
    return switch (asked.subresource() + "/" + asked.verb()) {
      case "/get" -> get(node, asked, ownPod(node, asked));
      case "/list", "/watch" -> {
        if (asked.selectors().limitedTo("spec.nodeName", node)) {
          yield new Allow("");
        }
        yield asked.name().isEmpty()
            ? no("can only list/watch pods with spec.nodeName field selector")
            : related(node, asked, ownPod(node, asked));
      }
      // Whether the pod is the node's own, the admission checks.
      case "/create", "/delete", "status/update", "status/patch", "eviction/create" ->
          new Allow("");
      default -> new NoOpinion("");
    };
  }

  private Decision resourceSlice(String node, Attributes asked) {
    if (!asked.subresource().isEmpty()) {
      return no("cannot authorize ResourceSlice subresources");
    }
    return switch (asked.verb()) {
      case "create" -> new Allow("");
      case "get", "update", "patch", "delete" ->
          related(
              node,
              asked,
              objects
                  .resourceSlice(asked.name())
                  .filter(slice -> node.equals(slice.spec().nodeName()))
                  .isPresent());
      case "list", "watch", "deletecollection" ->
          asked.selectors().limitedTo("spec.nodeName", node)
              ? new Allow("")
              : no(
                  "can only list/watch/deletecollection resourceslices with spec.nodeName field"
                      + " selector");
      default ->
          no(
              "only the following verbs are allowed for a ResourceSlice: get, watch, list, create,"
                  + " update, patch, delete, deletecollection");
    };
  }

  private boolean ownPod(String node, Attributes asked) {
    return anyPod(node, asked, pod -> pod.metadata().name().equals(asked.name()));
  }

  private boolean anyPod(String node, Attributes asked, Predicate<Pod> fits) {
    return objects.podsOn(node, asked.namespace()).stream().anyMatch(fits);
  }

  private boolean usesSecret(Pod pod, Attributes asked) {
    var references = PodReferences.of(pod);
    return references.secrets().contains(asked.name())
        || references.claims().stream()
            .flatMap(claim -> objects.claim(pod.metadata().namespace(), claim).stream())
            .flatMap(claim -> objects.volume(claim.spec().volumeName()).stream())
            .anyMatch(volume -> PodReferences.volumeUses(volume, asked.namespace(), asked.name()));
  }

  /// A volume counts as used if the claim it names is used by a pod of the node.
  private boolean usesVolume(String node, String name) {
    return objects
        .volume(name)
        .map(PersistentVolume::spec)
        .flatMap(spec -> Optional.ofNullable(spec.claimRef()))
        .filter(
            claim ->
                objects.podsOn(node, claim.namespace()).stream()
                    .anyMatch(pod -> PodReferences.of(pod).claims().contains(claim.name())))
        .isPresent();
  }

  private static Decision related(String node, Attributes asked, boolean related) {
    if (asked.name().isEmpty()) {
      return no("No Object name found");
    }
    return related
        ? new Allow("")
        : no("no relationship found between node '" + node + "' and this object");
  }

  private static Decision no(String why) {
    return new NoOpinion(why);
  }
}
