package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaSpec;
import io.kubejar.api.core.v1.ResourceQuotaStatus;
import io.kubejar.api.core.v1.ScopeSelector;
import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionConfiguration;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.local.LocalApi;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What must not be used in a namespace without a quota that limits it.
class LimitedByDefaultTest {
  private static final String FILE =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AdmissionConfiguration
      plugins:
      - name: ResourceQuota
        configuration:
          apiVersion: %s
          kind: %s
          limitedResources:
          - resource: persistentvolumeclaims
            matchContains: [.storageclass.storage.k8s.io/requests.storage]
          - resource: pods
            matchScopes:
            - {scopeName: PriorityClass, operator: In, values: [vital, urgent]}
      """;
  private static final String CLAIM =
      """
      metadata: {namespace: default, name: %s}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: %s
        resources: {requests: {storage: 1Gi}}
      """;

  private LocalApi api() throws InterruptedException {
    var file = FILE.formatted("apiserver.config.k8s.io/v1", "ResourceQuotaConfiguration");
    var admission =
        new AdmissionOptions(
            Set.of(),
            Set.of("NodeRestriction", "PodSecurity"),
            AdmissionConfiguration.read(file, path -> path));
    return World.started(options -> options.withAdmission(admission)).api;
  }

  private static PersistentVolumeClaim claim(String name, String storageClass) {
    return PersistentVolumeClaim.CODEC.fromTree(Yaml.parse(CLAIM.formatted(name, storageClass)));
  }

  /// A quota whose use is known already.
  private static void quota(LocalApi api, ResourceQuotaSpec spec) throws InterruptedException {
    var created =
        api.create(
            ResourceQuota.RESOURCE,
            ResourceQuota.EMPTY.withMetadata(World.named("q")).withSpec(spec));
    var nothing = new java.util.TreeMap<String, Quantity>();
    spec.hard().keySet().forEach(name -> nothing.put(name, Quantity.parse("0")));
    api.updateSubresource(
        ResourceQuota.RESOURCE,
        created.withStatus(ResourceQuotaStatus.EMPTY.withHard(spec.hard()).withUsed(nothing)),
        "status");
  }

  @Test
  void needsAQuotaForEachNameItUses() throws Exception {
    var api = api();
    var gold = "gold.storageclass.storage.k8s.io/requests.storage";

    assertThatThrownBy(() -> api.create(PersistentVolumeClaim.RESOURCE, claim("a", "gold")))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(403))
        .hasMessage(
            "persistentvolumeclaims \"a\" is forbidden: insufficient quota to consume: " + gold);
    api.create(PersistentVolumeClaim.RESOURCE, claim("c", "''"));

    quota(api, ResourceQuotaSpec.EMPTY.withHard(Map.of(gold, Quantity.parse("5Gi"))));
    api.create(PersistentVolumeClaim.RESOURCE, claim("a", "gold"));
    assertThatThrownBy(() -> api.create(PersistentVolumeClaim.RESOURCE, claim("b", "silver")))
        .hasMessageEndingWith(
            "insufficient quota to consume: silver.storageclass.storage.k8s.io/requests.storage");
  }

  @Test
  void needsAQuotaForItsScope() throws Exception {
    var api = api();
    for (var name : List.of("vital", "plain")) {
      api.create(
          PriorityClass.RESOURCE,
          PriorityClass.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name)).withValue(1));
    }

    api.create(Pod.RESOURCE, pod("plain", "plain"));
    assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("a", "vital")))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(500))
        .hasMessage(
            "insufficient quota to match these scopes: [{PriorityClass In [vital urgent]}]");

    var scope =
        ScopedResourceSelectorRequirement.EMPTY
            .withScopeName("PriorityClass")
            .withOperator("In")
            .withValues(List.of("vital"));
    quota(
        api,
        ResourceQuotaSpec.EMPTY
            .withHard(Map.of("pods", Quantity.parse("5")))
            .withScopeSelector(ScopeSelector.EMPTY.withMatchExpressions(List.of(scope))));
    assertThat(api.create(Pod.RESOURCE, pod("a", "vital")).metadata().uid()).isNotEmpty();
  }

  private static Pod pod(String name, String priority) {
    var pod = World.pod(name);
    return pod.withSpec(pod.spec().withPriorityClassName(priority));
  }

  @ParameterizedTest
  @CsvSource({
    "resourcequota.admission.k8s.io/v1beta1,Configuration",
    "resourcequota.admission.k8s.io/v1alpha1,Configuration",
    "apiserver.config.k8s.io/v1,ResourceQuotaConfiguration"
  })
  void isReadInEveryVersion(String version, String kind) {
    var settings = AdmissionConfiguration.read(FILE.formatted(version, kind), path -> path);

    assertThat(settings.limited()).hasSize(2);
  }

  @Test
  void mustNameAResource() {
    var file =
        FILE.formatted("apiserver.config.k8s.io/v1", "ResourceQuotaConfiguration")
            .replace("resource: pods", "apiGroup: ''");

    assertThatThrownBy(() -> AdmissionConfiguration.read(file, path -> path))
        .isInstanceOf(ConfigFileException.class)
        .hasMessage("limitedResources[1].resource: Required value");
  }
}
