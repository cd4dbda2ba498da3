package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.NodeSelector;
import io.kubejar.api.core.v1.NodeSelectorRequirement;
import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.api.core.v1.WeightedPodAffinityTerm;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pod asks of the node it runs on.
final class Scheduling {
  private static final String[] EFFECTS = {"NoSchedule", "PreferNoSchedule", "NoExecute"};

  private Scheduling() {}

  static void affinity(Check at, @Nullable Affinity affinity) {
    if (affinity == null) {
      return;
    }
    var nodes = affinity.nodeAffinity();
    if (nodes != null) {
      var node = at.at("nodeAffinity");
      var required = nodes.requiredDuringSchedulingIgnoredDuringExecution();
      if (required != null) {
        nodeSelector(node.at("requiredDuringSchedulingIgnoredDuringExecution"), required);
      }
      node.at("preferredDuringSchedulingIgnoredDuringExecution")
          .each(
              nodes.preferredDuringSchedulingIgnoredDuringExecution(),
              (item, term) -> {
                weight(item.at("weight"), term.weight());
                preference(item.at("preference"), term.preference());
              });
    }
    var pods = affinity.podAffinity();
    if (pods != null) {
      podTerms(
          at.at("podAffinity"),
          pods.requiredDuringSchedulingIgnoredDuringExecution(),
          pods.preferredDuringSchedulingIgnoredDuringExecution());
    }
    var others = affinity.podAntiAffinity();
    if (others != null) {
      podTerms(
          at.at("podAntiAffinity"),
          others.requiredDuringSchedulingIgnoredDuringExecution(),
          others.preferredDuringSchedulingIgnoredDuringExecution());
    }
  }

  static void nodeSelector(Check at, NodeSelector selector) {
    var terms = at.at("nodeSelectorTerms");
    if (selector.nodeSelectorTerms().isEmpty()) {
      terms.required("must have at least one node selector term");
    }
    terms.each(
        selector.nodeSelectorTerms(),
        (item, term) -> {
          item.at("matchExpressions")
              .each(
                  term.matchExpressions(),
                  (place, requirement) -> {
                    nodeLabel(place, requirement);
                    place
                        .at("values")
                        .each(
                            requirement.values(),
                            (spot, value) -> spot.format(value, Formats::labelValue));
                  });
          item.at("matchFields").each(term.matchFields(), Scheduling::nodeField);
        });
  }

  /// A preference may name values that no label can have: it is then just not met.
  private static void preference(Check at, NodeSelectorTerm term) {
    at.at("matchExpressions").each(term.matchExpressions(), Scheduling::nodeLabel);
    at.at("matchFields").each(term.matchFields(), Scheduling::nodeField);
  }

  private static void nodeLabel(Check at, NodeSelectorRequirement requirement) {
    var values = requirement.values();
    switch (requirement.operator()) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          at.at("values").required("must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          at.at("values")
              .forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      case "Gt", "Lt" -> {
        if (values.size() != 1) {
          at.at("values")
              .required("must be specified single value when `operator` is 'Lt' or 'Gt'");
        }
      }
      default -> at.at("operator").invalid(requirement.operator(), "not a valid selector operator");
    }
    at.at("key").format(requirement.key(), Formats::labelKey);
  }

  private static void nodeField(Check at, NodeSelectorRequirement requirement) {
    switch (requirement.operator()) {
      case "In", "NotIn" -> {
        if (requirement.values().size() != 1) {
          at.at("values")
              .required(
                  "must be only one value when `operator` is 'In' or 'NotIn' for node field"
                      + " selector");
        }
      }
      default -> at.at("operator").invalid(requirement.operator(), "not a valid selector operator");
    }
    if (!requirement.key().equals("metadata.name")) {
      at.at("key").invalid(requirement.key(), "not a valid field selector key");
      return;
    }
    at.at("values")
        .each(requirement.values(), (item, value) -> item.format(value, Formats::dns1123Subdomain));
  }

  private static void podTerms(
      Check at, List<PodAffinityTerm> required, List<WeightedPodAffinityTerm> preferred) {
    at.at("requiredDuringSchedulingIgnoredDuringExecution").each(required, Scheduling::podTerm);
    at.at("preferredDuringSchedulingIgnoredDuringExecution")
        .each(
            preferred,
            (item, term) -> {
              weight(item.at("weight"), term.weight());
              podTerm(item.at("podAffinityTerm"), term.podAffinityTerm());
            });
  }

  private static void podTerm(Check at, PodAffinityTerm term) {
    MetadataValidation.selector(at.at("labelSelector"), term.labelSelector());
    MetadataValidation.selector(at.at("namespaceSelector"), term.namespaceSelector());
    for (var namespace : term.namespaces()) {
      at.at("namespace").format(namespace, Formats::dns1123Label);
    }
    LabelKeys.both(at, term.matchLabelKeys(), term.mismatchLabelKeys(), term.labelSelector());
    topologyKey(at.at("topologyKey"), term.topologyKey());
  }

  private static void topologyKey(Check at, String key) {
    if (key.isEmpty()) {
      at.required("can not be empty");
    }
    at.format(key, Formats::labelKey);
  }

  private static void weight(Check at, int weight) {
    if (weight <= 0 || weight > 100) {
      at.invalid(weight, "must be in the range 1-100");
    }
  }

  static void tolerations(Check at, List<Toleration> tolerations) {
    at.each(tolerations, Scheduling::toleration);
  }

  private static void toleration(Check at, Toleration toleration) {
    if (!toleration.key().isEmpty()) {
      at.at("key").format(toleration.key(), Formats::labelKey);
    } else if (!toleration.operator().equals("Exists")) {
      at.at("operator")
          .invalid(
              toleration.operator(),
              "operator must be Exists when `key` is empty, which means \"match all values and all"
                  + " keys\"");
    }
    if (toleration.tolerationSeconds() != null && !toleration.effect().equals("NoExecute")) {
      at.at("effect")
          .invalid(
              toleration.effect(), "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    switch (toleration.operator()) {
      case "", "Equal" -> {
        var wrong = Formats.labelValue(toleration.value());
        if (!wrong.isEmpty()) {
          at.at("operator").invalid(toleration.value(), String.join(";", wrong));
        }
      }
      case "Exists" -> {
        if (!toleration.value().isEmpty()) {
          at.at("operator")
              .invalid(toleration.value(), "value must be empty when `operator` is 'Exists'");
        }
      }
      case "Gt", "Lt" ->
          at.at("operator").notSupported(toleration.operator(), "Equal", "Exists", "Lt", "Gt");
      default -> at.at("operator").notSupported(toleration.operator(), "Equal", "Exists");
    }
    at.at("effect").oneOfOrEmpty(toleration.effect(), EFFECTS);
  }

  static void taintEffect(Check at, String effect) {
    at.oneOf(effect, EFFECTS);
  }
}
