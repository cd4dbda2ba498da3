package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.authn.BoundObjects;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authorizers.AuthorizationMetrics;
import io.kubejar.apiserver.authorizers.LiveAuthorization;
import io.kubejar.apiserver.authz.AccessReviews;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.BootstrapPolicy;
import io.kubejar.apiserver.authz.HealthPaths;
import io.kubejar.apiserver.authz.NodeAuthorizer;
import io.kubejar.apiserver.authz.NodeObjects;
import io.kubejar.apiserver.authz.RbacAuthorizer;
import io.kubejar.apiserver.authz.RbacSource;
import io.kubejar.apiserver.authz.Superusers;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.configfile.FollowedFile;
import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.kubejar.apiserver.guards.NodeRestriction;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who is who and who may do what, on the objects of this server.
///
/// @param configuration which authorizers the administrator's file names; null without a file
record Access(
    Identities identities,
    @Nullable LiveAuthorization configuration,
    Authorizer authorizer,
    RbacAuthorizer rbac,
    AccessReviews reviews,
    Objects objects) {

  static Access of(
      ApiServerOptions options,
      Map<ResourceType<?>, Registry<?>> registries,
      WebhookClient webhooks,
      PrometheusRegistry metrics) {
    var objects = new Objects(registries);
    var rbac = new RbacAuthorizer(objects);
    var nodes = new NodeAuthorizer(objects, BootstrapPolicy.load());
    var file = options.authorizationFile();
    var configuration =
        file == null
            ? null
            : new LiveAuthorization(
                FollowedFile.read(file),
                new LiveAuthorization.Surroundings(
                    Map.of("Node", nodes, "RBAC", rbac),
                    webhooks,
                    options.clock(),
                    new AuthorizationMetrics(metrics),
                    new ReloadMetrics(
                        metrics, "authorization", options.identity().id(), options.clock())));
    var configured = configuration == null ? Authorizer.union(nodes, rbac) : configuration;
    var authorizer =
        Authorizer.union(
            new HealthPaths(),
            new Superusers(UserInfo.MASTERS_GROUP),
            configured,
            options.open() ? new Superusers(UserInfo.AUTHENTICATED_GROUP) : Authorizer.union());
    var reviews = new AccessReviews(authorizer);
    var identities = Identities.of(options, objects, webhooks, metrics);
    return new Access(identities, configuration, authorizer, rbac, reviews, objects);
  }

  /// Takes changes of the administrator's files into use until all results are closed.
  List<FollowedFile.Following> follow(ApiServerOptions options) {
    var file = options.authorizationFile();
    return List.of(
        identities.follow(options.authentication().file()),
        configuration == null || file == null
            ? FollowedFile.Following.NOTHING
            : configuration.config().follow(file));
  }

  /// The objects that decisions rest on, straight from the caches.
  record Objects(Map<ResourceType<?>, Registry<?>> registries)
      implements RbacSource, BoundObjects, NodeObjects, NodeRestriction.Lookup {
    @Override
    public long generation() {
      return version(ClusterRole.RESOURCE)
          + version(ClusterRoleBinding.RESOURCE)
          + version(Role.RESOURCE)
          + version(RoleBinding.RESOURCE);
    }

    private long version(ResourceType<?> type) {
      return cache(type).changes();
    }

    @Override
    public List<ClusterRole> clusterRoles() {
      return all(ClusterRole.RESOURCE);
    }

    @Override
    public List<ClusterRoleBinding> clusterRoleBindings() {
      return all(ClusterRoleBinding.RESOURCE);
    }

    @Override
    public List<Role> roles() {
      return all(Role.RESOURCE);
    }

    @Override
    public List<RoleBinding> roleBindings() {
      return all(RoleBinding.RESOURCE);
    }

    private <T extends KubernetesObject> List<T> all(ResourceType<T> type) {
      return cache(type).list(Selection.all()).objects().stream().map(Stored::object).toList();
    }

    @Override
    public Optional<ServiceAccount> serviceAccount(String namespace, String name) {
      return find(ServiceAccount.RESOURCE, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
      return find(Pod.RESOURCE, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
      return find(Secret.RESOURCE, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<Node> node(String name) {
      return find(Node.RESOURCE, ObjectKey.clusterScoped(name));
    }

    private <T extends KubernetesObject> Optional<T> find(ResourceType<T> type, ObjectKey key) {
      return cache(type).get(key).map(Stored::object);
    }

    @SuppressWarnings("unchecked") // Registries are kept under the type they were made for.
    private <T extends KubernetesObject> ResourceCache<T> cache(ResourceType<T> type) {
      return ((Registry<T>) requireNonNull(registries.get(type))).cache();
    }

    @Override
    public List<Pod> podsOn(String node, String namespace) {
      var selection =
          new Selection<Pod>(namespace, "", pod -> pod.spec().nodeName().equals(node), true, node);
      return cache(Pod.RESOURCE).list(selection).objects().stream().map(Stored::object).toList();
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
      return find(PersistentVolumeClaim.RESOURCE, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
      return find(PersistentVolume.RESOURCE, ObjectKey.clusterScoped(name));
    }

    @Override
    public Optional<CSIDriver> csiDriver(String name) {
      return find(CSIDriver.RESOURCE, ObjectKey.clusterScoped(name));
    }

    @Override
    public Optional<VolumeAttachment> attachment(String name) {
      return find(VolumeAttachment.RESOURCE, ObjectKey.clusterScoped(name));
    }

    @Override
    public Optional<ResourceSlice> resourceSlice(String name) {
      return find(ResourceSlice.RESOURCE, ObjectKey.clusterScoped(name));
    }
  }
}
