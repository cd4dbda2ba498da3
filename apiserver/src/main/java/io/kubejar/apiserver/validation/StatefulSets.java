package io.kubejar.apiserver.validation;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.kubejar.api.apps.v1.StatefulSetSpec;
import io.kubejar.api.apps.v1.StatefulSetUpdateStrategy;
import io.kubejar.api.core.v1.PersistentVolumeClaimVolumeSource;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// StatefulSets, and which of their fields may change.
final class StatefulSets {
  private static final String IMMUTABLE =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
          + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
          + " 'minReadySeconds' are forbidden";

  private StatefulSets() {}

  static void statefulSet(Check root, StatefulSet set) {
    var at = root.at("spec");
    var spec = set.spec();
    beforeReplicas(at, spec);
    at.at("volumeClaimTemplates")
        .each(
            spec.volumeClaimTemplates(),
            (item, claim) -> Storage.claim(item.at("spec"), claim.spec()));
    afterReplicas(at, spec, true);
  }

  static void statefulSet(Check root, StatefulSet set, StatefulSet old) {
    var before = old.spec();
    var now = set.spec();
    if (now.equals(before)) {
      return;
    }
    var at = root.at("spec");
    beforeReplicas(at, now);
    afterReplicas(at, now, false); // The rest cannot change, and may have been valid once.
    var munged =
        now.withReplicas(before.replicas())
            .withTemplate(before.template())
            .withUpdateStrategy(before.updateStrategy())
            .withMinReadySeconds(before.minReadySeconds())
            .withOrdinals(before.ordinals())
            .withRevisionHistoryLimit(before.revisionHistoryLimit())
            .withPersistentVolumeClaimRetentionPolicy(
                before.persistentVolumeClaimRetentionPolicy());
    if (!munged.equals(before)) {
      root.at("spec").forbidden(IMMUTABLE);
    }
  }

  private static void beforeReplicas(Check at, StatefulSetSpec spec) {
    var policy = spec.podManagementPolicy();
    if (policy.isEmpty()) {
      at.at("podManagementPolicy").required("");
    } else if (!policy.equals("OrderedReady") && !policy.equals("Parallel")) {
      at.at("podManagementPolicy").invalid(policy, "must be 'OrderedReady' or 'Parallel'");
    }
    strategy(at.at("updateStrategy"), spec.updateStrategy());
    retention(
        at.at("persistentVolumeClaimRetentionPolicy"), spec.persistentVolumeClaimRetentionPolicy());
  }

  private static void strategy(Check at, StatefulSetUpdateStrategy strategy) {
    var rolling = strategy.rollingUpdate();
    switch (strategy.type()) {
      case "" -> at.required("");
      case "OnDelete" -> {
        if (rolling != null) {
          at.at("rollingUpdate")
              .invalid(rolling, "only allowed for updateStrategy 'RollingUpdate'");
        }
      }
      case "RollingUpdate" -> {
        if (rolling != null) {
          at.at("rollingUpdate").at("partition").nonNegative(rolling.partition());
          unavailable(at.at("rollingUpdate").at("maxUnavailable"), rolling.maxUnavailable());
        }
      }
      default -> at.invalid(strategy, "must be 'RollingUpdate' or 'OnDelete'");
    }
  }

  private static void unavailable(Check at, @Nullable IntOrString amount) {
    if (amount == null) {
      return;
    }
    Workloads.amount(at, amount);
    if (Workloads.isZero(amount)) {
      at.invalid(Workloads.shown(amount), "cannot be 0");
    }
    Workloads.atMostAll(at, amount);
  }

  private static void retention(
      Check at, @Nullable StatefulSetPersistentVolumeClaimRetentionPolicy policy) {
    if (policy != null) {
      retention(at.at("whenDeleted"), policy.whenDeleted());
      retention(at.at("whenScaled"), policy.whenScaled());
    }
  }

  private static void retention(Check at, String policy) {
    if (!policy.equals("Retain") && !policy.equals("Delete")) {
      at.notSupported(policy, "Retain", "Delete");
    }
  }

  private static void afterReplicas(Check at, StatefulSetSpec spec, boolean isNew) {
    at.at("replicas").nonNegative(spec.replicas());
    at.at("minReadySeconds").nonNegative(spec.minReadySeconds());
    var ordinals = spec.ordinals();
    if (ordinals != null) {
      at.at("ordinals.start").nonNegative(ordinals.start());
    }
    if (isNew && !spec.serviceName().isEmpty()) {
      at.at("serviceName").format(spec.serviceName(), Formats::dns1123Label);
    }
    Workloads.selector(at.at("selector"), spec.selector(), "statefulset");
    var template = at.at("template");
    Workloads.parsed(spec.selector())
        .ifPresentOrElse(
            selector -> {
              Workloads.matching(template, spec.template(), selector);
              PodSpecs.template(template, asInPods(spec));
            },
            () -> at.at("selector").invalid(spec.selector(), ""));
    Workloads.runsForever(template, spec.template(), "StatefulSet");
  }

  /// The template as the controller will use it: with a volume for each claim, and names of its
  /// own.
  private static PodTemplateSpec asInPods(StatefulSetSpec spec) {
    var pod = spec.template().spec();
    var claims = spec.volumeClaimTemplates();
    var names = claims.stream().map(claim -> claim.metadata().name()).collect(Collectors.toSet());
    List<Volume> volumes = new ArrayList<>();
    for (var name : names) {
      volumes.add(
          Volume.EMPTY
              .withName(name)
              .withPersistentVolumeClaim(
                  PersistentVolumeClaimVolumeSource.EMPTY.withClaimName(name)));
    }
    pod.volumes().stream().filter(volume -> !names.contains(volume.name())).forEach(volumes::add);
    return spec.template().withSpec(pod.withSubdomain("").withHostname("").withVolumes(volumes));
  }
}
