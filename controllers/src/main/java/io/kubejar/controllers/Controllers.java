package io.kubejar.controllers;

import io.kubejar.client.Component;
import io.kubejar.controllers.clusterrole.ClusterRoleAggregation;
import io.kubejar.controllers.cronjob.CronJobController;
import io.kubejar.controllers.daemonset.DaemonSetController;
import io.kubejar.controllers.deployment.DeploymentController;
import io.kubejar.controllers.disruption.DisruptionController;
import io.kubejar.controllers.endpoints.EndpointsController;
import io.kubejar.controllers.endpointslice.EndpointSliceController;
import io.kubejar.controllers.endpointslicemirroring.EndpointSliceMirroringController;
import io.kubejar.controllers.garbage.GarbageCollectorController;
import io.kubejar.controllers.job.JobController;
import io.kubejar.controllers.namespace.NamespaceController;
import io.kubejar.controllers.nodelifecycle.NodeLifecycleController;
import io.kubejar.controllers.podgc.PodGarbageCollector;
import io.kubejar.controllers.policystatus.PolicyStatusController;
import io.kubejar.controllers.replicaset.ReplicaSetController;
import io.kubejar.controllers.resourcequota.ResourceQuotaController;
import io.kubejar.controllers.rootca.RootCaPublisher;
import io.kubejar.controllers.serviceaccount.ServiceAccountController;
import io.kubejar.controllers.serviceaccount.TokenSecretController;
import io.kubejar.controllers.servicecidrs.ServiceCidrController;
import io.kubejar.controllers.statefulset.StatefulSetController;
import io.kubejar.controllers.tainteviction.TaintEvictionController;
import io.kubejar.controllers.ttlafterfinished.TtlAfterFinishedController;
import io.kubejar.controllers.volumeprotection.ClaimProtection;
import io.kubejar.controllers.volumeprotection.VolumeProtection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// All controllers, and the choice among them.
public final class Controllers {
  private static final Map<String, String> ACCOUNTS =
      Map.ofEntries(
          Map.entry("namespace-controller", "namespace-controller"),
          Map.entry("serviceaccount-controller", "service-account-controller"),
          Map.entry("root-ca-certificate-publisher-controller", "root-ca-cert-publisher"),
          Map.entry("clusterrole-aggregation-controller", "clusterrole-aggregation-controller"),
          Map.entry("deployment-controller", "deployment-controller"),
          Map.entry("replicaset-controller", "replicaset-controller"),
          Map.entry("replicationcontroller-controller", "replication-controller"),
          Map.entry("disruption-controller", "disruption-controller"),
          Map.entry("statefulset-controller", "statefulset-controller"),
          Map.entry("daemonset-controller", "daemon-set-controller"),
          Map.entry("job-controller", "job-controller"),
          Map.entry("cronjob-controller", "cronjob-controller"),
          Map.entry("ttl-after-finished-controller", "ttl-after-finished-controller"),
          Map.entry("endpoints-controller", "endpoint-controller"),
          Map.entry("endpointslice-controller", "endpointslice-controller"),
          Map.entry("endpointslice-mirroring-controller", "endpointslicemirroring-controller"),
          Map.entry("node-lifecycle-controller", "node-controller"),
          Map.entry("taint-eviction-controller", "node-controller"),
          Map.entry("pod-garbage-collector-controller", "pod-garbage-collector"),
          Map.entry("resourcequota-controller", "resourcequota-controller"),
          Map.entry("persistentvolumeclaim-protection-controller", "pvc-protection-controller"),
          Map.entry("persistentvolume-protection-controller", "pv-protection-controller"),
          Map.entry("service-cidr-controller", "service-cidrs-controller"),
          Map.entry(
              "validatingadmissionpolicy-status-controller",
              "validatingadmissionpolicy-status-controller"),
          Map.entry("garbage-collector-controller", "generic-garbage-collector"));

  private Controllers() {}

  /// Every controller, ready to be installed.
  ///
  /// @param authorityPem what pods check the API server's certificate with
  public static List<Component> all(String authorityPem) {
    return all(authorityPem, Watchers.NONE);
  }

  /// Every controller, watched by these.
  public static List<Component> all(String authorityPem, Watchers watchers) {
    return List.of(
        new NamespaceController(),
        new ServiceAccountController(),
        new TokenSecretController(),
        new RootCaPublisher(authorityPem),
        new ClusterRoleAggregation(),
        new DeploymentController(),
        ReplicaSetController.forReplicaSets(),
        ReplicaSetController.forReplicationControllers(),
        new DisruptionController(),
        new StatefulSetController(),
        new DaemonSetController(),
        new JobController(watchers.jobs()),
        new CronJobController(watchers.cronJobsLate()),
        new TtlAfterFinishedController(watchers.deletionsLate()),
        new EndpointsController(),
        new EndpointSliceController(),
        new EndpointSliceMirroringController(),
        new NodeLifecycleController(),
        new TaintEvictionController(),
        new PodGarbageCollector(),
        new ResourceQuotaController(),
        new ServiceCidrController(),
        new ClaimProtection(),
        new VolumeProtection(),
        new PolicyStatusController(),
        new GarbageCollectorController());
  }

  /// The ServiceAccount in `kube-system` that a controller acts as, to which the bootstrap policy
  /// gives its rights. Empty for one that acts as the controller manager itself.
  public static Optional<String> account(Component controller) {
    return Optional.ofNullable(ACCOUNTS.get(controller.name()));
  }

  /// Those that the switches choose, as `--controllers` has them: `*` is all, `name` is one more,
  /// `-name` one less. The first mention of a name decides.
  ///
  /// @throws IllegalArgumentException if a switch names no controller
  public static List<Component> chosen(List<Component> all, List<String> switches) {
    var names = all.stream().map(Component::name).collect(Collectors.toSet());
    var unknown = new TreeSet<String>();
    for (var each : switches) {
      var name = each.startsWith("-") ? each.substring(1) : each;
      if (!each.equals("*") && !names.contains(name)) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no such controller: " + String.join(", ", unknown));
    }
    var mentions = List.copyOf(switches);
    return all.stream().filter(component -> isChosen(component.name(), mentions)).toList();
  }

  private static boolean isChosen(String name, List<String> switches) {
    for (var each : switches) {
      if (each.equals(name)) {
        return true;
      }
      if (each.equals("-" + name)) {
        return false;
      }
    }
    return Set.copyOf(switches).contains("*");
  }
}
