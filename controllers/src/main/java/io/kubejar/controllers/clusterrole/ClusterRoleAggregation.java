package io.kubejar.controllers.clusterrole;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// Gives a ClusterRole with an aggregation rule the rules of all ClusterRoles that it selects.
public final class ClusterRoleAggregation implements Component {
  private static final int WORKERS = 1;

  @Override
  public String name() {
    return "clusterrole-aggregation-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var roles = runtime.informers().informer(ClusterRole.RESOURCE);
    var controller =
        runtime.controller(name(), WORKERS, new Aggregate(runtime.client(), roles)).requires(roles);
    // Any role may be a part of any aggregated one.
    roles.addHandler(
        InformerHandler.changes(
            _ ->
                roles.list().stream()
                    .filter(role -> role.aggregationRule() != null)
                    .forEach(role -> controller.enqueue(ObjectKey.of(role)))));
  }

  /// The rules that an aggregated role has. Pure.
  static List<PolicyRule> rules(ClusterRole role, List<ClusterRole> all) {
    var aggregation = role.aggregationRule();
    if (aggregation == null) {
      return role.rules();
    }
    var rules = new LinkedHashSet<PolicyRule>();
    for (var labels : aggregation.clusterRoleSelectors()) {
      var selector = LabelSelectors.of(labels);
      all.stream()
          .filter(other -> !other.metadata().name().equals(role.metadata().name()))
          .filter(other -> selector.matches(other.metadata().labels()))
          .sorted(Comparator.comparing(other -> other.metadata().name()))
          .forEach(other -> rules.addAll(other.rules()));
    }
    return List.copyOf(rules);
  }

  private record Aggregate(Client client, Informer<ClusterRole> roles) implements Reconciler {
    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = roles.find(key);
      if (found.isPresent()) {
        var role = found.get();
        var rules = rules(role, roles.list());
        if (!rules.equals(role.rules())) {
          client.update(ClusterRole.RESOURCE, role.withRules(rules));
        }
      }
      return Outcome.done();
    }
  }
}
