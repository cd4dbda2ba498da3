package io.kubejar;

import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.simulation.nodes.NodeTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Set;

/// What a simulated node is like. Without a word it has 64 cores, 256 GiB of memory, room for 110
/// pods, and no taints. Each method answers with a changed copy.
public final class NodeShape {
  private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");
  static final NodeShape USUAL = new NodeShape(NodeTemplate.USUAL);

  private final NodeTemplate template;

  private NodeShape(NodeTemplate template) {
    this.template = template;
  }

  /// With a label, beside those that every node has: host name, operating system, architecture.
  public NodeShape label(String name, String value) {
    var all = new HashMap<>(template.labels());
    all.put(name, value);
    return new NodeShape(template.withLabels(all));
  }

  /// With so much of a resource, all of which pods may use: `cpu`, `memory`, `pods`, or any other
  /// name.
  ///
  /// @param amount such as `8`, `500m` or `16Gi`
  /// @throws IllegalArgumentException if that is no quantity
  public NodeShape capacity(String resource, String amount) {
    return new NodeShape(template.withCapacity(resource, Quantity.parse(amount)));
  }

  /// With a taint, as `kubectl taint` writes it: `key=value:NoSchedule` or `key:NoExecute`.
  ///
  /// @throws IllegalArgumentException if it is written in another way
  public NodeShape taint(String text) {
    int colon = text.lastIndexOf(':');
    var effect = text.substring(colon + 1);
    if (colon < 1 || !EFFECTS.contains(effect)) {
      throw new IllegalArgumentException("not a taint: " + text);
    }
    var parts = text.substring(0, colon).split("=", 2);
    var taint =
        Taint.EMPTY
            .withKey(parts[0])
            .withValue(parts.length < 2 ? "" : parts[1])
            .withEffect(effect);
    var all = new ArrayList<>(template.taints());
    all.add(taint);
    return new NodeShape(template.withTaints(all));
  }

  NodeTemplate template() {
    return template;
  }
}
