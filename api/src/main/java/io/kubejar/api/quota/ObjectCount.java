package io.kubejar.api.quota;

import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Counts objects of any kind, as `count/<resource>.<group>` and, for some old kinds, under a name
/// of their own too.
public record ObjectCount(GroupResource resource, Set<String> names) implements Evaluator {
  private static final Quantity ONE = Quantity.of(1);
  private static final Set<String> COUNTED_BY_PLURAL =
      Set.of("configmaps", "resourcequotas", "replicationcontrollers", "secrets");

  public ObjectCount {
    names = Set.copyOf(names);
  }

  public static ObjectCount of(GroupResource resource) {
    boolean old = resource.group().isEmpty() && COUNTED_BY_PLURAL.contains(resource.resource());
    return new ObjectCount(
        resource, old ? Set.of(name(resource), resource.resource()) : Set.of(name(resource)));
  }

  /// The name under which objects of a resource are counted.
  public static String name(GroupResource resource) {
    return resource.group().isEmpty()
        ? "count/" + resource.resource()
        : "count/" + resource.resource() + "." + resource.group();
  }

  @Override
  public boolean counts(boolean update, String subresource) {
    return !update && subresource.isEmpty();
  }

  @Override
  public Set<String> tracked(Collection<String> wanted) {
    var both = new TreeSet<>(wanted);
    both.retainAll(names);
    return both;
  }

  @Override
  public boolean inScope(ScopedResourceSelectorRequirement scope, KubernetesObject object) {
    return false;
  }

  @Override
  public Map<String, Quantity> usage(KubernetesObject object) {
    var usage = new TreeMap<String, Quantity>();
    names.forEach(name -> usage.put(name, ONE));
    return usage;
  }
}
