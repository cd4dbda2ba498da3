package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Operations.cluster;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonBoolean;
import java.util.Base64;

/// Objects of storage, and ConfigMaps and Secrets, from their creation to their end.
final class ObjectLifecyclesTest {
  private static final String STORAGE = "storage.k8s.io/v1";

  @Conformance(
      "[sig-storage] StorageClasses CSI Conformance should run through the lifecycle of a"
          + " StorageClass")
  void storageClasses(Api api) throws Exception {
    var operations =
        cluster(
            api,
            STORAGE,
            "storageclasses",
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            provisioner: e2e-fake-provisioner
            reclaimPolicy: Delete
            volumeBindingMode: Immediate
            """);
    operations.requireAll();
    operations.requireLifeByLabels();
  }

  @Conformance("[sig-storage] CSIInlineVolumes should run through the lifecycle of a CSIDriver")
  void drivers(Api api) throws Exception {
    var operations =
        cluster(
            api,
            STORAGE,
            "csidrivers",
            """
            apiVersion: storage.k8s.io/v1
            kind: CSIDriver
            spec: {volumeLifecycleModes: [Ephemeral]}
            """);
    operations.requireAll();
    operations.requireLifeByLabels();
  }

  @Conformance(
      "[sig-storage] CSINodes CSI Conformance should run through the lifecycle of a csinode")
  void nodesOfDrivers(Api api) throws Exception {
    var operations =
        cluster(
            api,
            STORAGE,
            "csinodes",
            "{apiVersion: storage.k8s.io/v1, kind: CSINode, spec: {drivers: []}}");
    operations.requireAll();
    operations.requireLifeByLabels();
  }

  @Conformance(
      "[sig-storage] VolumeAttachment Conformance should run through the lifecycle of a"
          + " VolumeAttachment")
  void attachments(Api api) throws Exception {
    var operations =
        cluster(
            api,
            STORAGE,
            "volumeattachments",
            """
            apiVersion: storage.k8s.io/v1
            kind: VolumeAttachment
            spec:
              attacher: e2e-attacher.example.com
              nodeName: node-1
              source: {persistentVolumeName: pv-1}
            """);
    operations.requireAll();
    operations.requireLifeByLabels();
  }

  @Conformance(
      "[sig-storage] VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through"
          + " the lifecycle of a VolumeAttributesClass")
  void attributesClasses(Api api) throws Exception {
    var operations =
        cluster(
            api,
            STORAGE,
            "volumeattributesclasses",
            """
            apiVersion: storage.k8s.io/v1
            kind: VolumeAttributesClass
            driverName: e2e-fake-driver
            parameters: {iops: '2000'}
            """);
    operations.requireAll();
    operations.requireLifeByLabels();
  }

  @Conformance(
      "[sig-storage] VolumeAttachment Conformance should apply changes to a volumeattachment"
          + " status")
  void statusOfAttachments(Api api) throws Exception {
    var operations =
        cluster(
            api,
            STORAGE,
            "volumeattachments",
            """
            apiVersion: storage.k8s.io/v1
            kind: VolumeAttachment
            spec:
              attacher: e2e-attacher.example.com
              nodeName: node-1
              source: {persistentVolumeName: pv-1}
            """);
    var name = operations.createThree();
    operations.requirePatch(name);
    var status = operations.one(name) + "/status";
    assertThat(text(api.get(status), "status.attached")).isEqualTo("false");
    var patched = api.patch(status, Api.MERGE_PATCH, "{\"status\":{\"attached\":true}}");
    assertThat(text(patched, "status.attached")).isEqualTo("true");
    var updated =
        api.change(status, found -> Trees.with(found, "status.attached", JsonBoolean.FALSE));
    assertThat(text(updated, "status.attached")).isEqualTo("false");
    operations.requireDeletion(name);
  }

  @Conformance(
      "[sig-storage] PersistentVolumes CSI Conformance should run through the lifecycle of a PV and"
          + " a PVC")
  void volumesAndClaims(Api api) throws Exception {
    var volumes =
        cluster(
            api,
            "v1",
            "persistentvolumes",
            """
            apiVersion: v1
            kind: PersistentVolume
            spec:
              accessModes: [ReadWriteOnce]
              capacity: {storage: 1Gi}
              storageClassName: lifecycle
              persistentVolumeReclaimPolicy: Retain
              csi: {driver: e2e-driver, volumeHandle: e2e-const}
            """);
    volumes.requireLifeUnderProtection();
    volumes.requireLifeByLabels();
    var claims =
        Operations.namespaced(
            api,
            "v1",
            "persistentvolumeclaims",
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: another
              resources: {requests: {storage: 1Gi}}
            """);
    claims.requireLifeUnderProtection();
    claims.requireLifeByLabels();
  }

  @Conformance(
      "[sig-storage] PersistentVolumes CSI Conformance should apply changes to a pv/pvc status")
  void statusOfVolumesAndClaims(Api api) throws Exception {
    var volumes = "/api/v1/persistentvolumes";
    var volume = "pv-" + api.suffix();
    api.create(
        volumes,
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %1$s, labels: {e2e-pv-pool: %1$s}}
        spec:
          accessModes: [ReadWriteOnce]
          capacity: {storage: 1Gi}
          storageClassName: %1$s
          persistentVolumeReclaimPolicy: Retain
          csi: {driver: e2e-driver, volumeHandle: e2e-const}
        """
            .formatted(volume));
    api.create(
        api.core("persistentvolumeclaims"),
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: pvc}
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: none
          resources: {requests: {storage: 1Gi}}
        """);
    assertThat(Trees.names(api.get(volumes + "?labelSelector=e2e-pv-pool%3D" + volume)))
        .containsExactly(volume);
    assertThat(Trees.names(api.get(api.core("persistentvolumeclaims")))).containsExactly("pvc");

    var claim = api.core("persistentvolumeclaims/pvc/status");
    var pool = volumes + "/" + volume + "/status";
    assertThat(text(api.get(claim), "status.phase")).isEqualTo("Pending");
    assertThat(text(api.get(pool), "status.phase")).isIn("Pending", "Available");
    var patchedClaim = api.patch(claim, Api.MERGE_PATCH, condition("StatusPatched"));
    assertThat(Api.hasCondition(patchedClaim, "StatusPatched", "True")).isTrue();
    assertThat(text(patchedClaim, "status.conditions.0.reason")).isEqualTo("E2E status");
    assertThat(text(patchedClaim, "status.conditions.0.message")).isEqualTo("Set from e2e test");
    var patchedPool =
        api.patch(
            pool, Api.MERGE_PATCH, "{\"status\":{\"message\":\"patched\",\"reason\":\"E2E\"}}");
    assertThat(text(patchedPool, "status.message")).isEqualTo("patched");
    assertThat(text(patchedPool, "status.reason")).isEqualTo("E2E");

    var wanted = Trees.at(Trees.tree(condition("StatusUpdated")), "status.conditions");
    var updatedClaim = api.change(claim, it -> Trees.with(it, "status.conditions", wanted));
    assertThat(Api.hasCondition(updatedClaim, "StatusUpdated", "True")).isTrue();
    var updatedPool = api.change(pool, it -> Trees.with(it, "status.message", "updated"));
    assertThat(text(updatedPool, "status.message")).isEqualTo("updated");
  }

  private static String condition(String type) {
    return """
    {"status":{"conditions":[
      {"type":"%s","status":"True","reason":"E2E status","message":"Set from e2e test"}]}}
    """
        .formatted(type);
  }

  @Conformance("[sig-node] ConfigMap should fail to create ConfigMap with empty key")
  void configMapsHaveNoEmptyKey(Api api) throws Exception {
    var body = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {'': value-1}}";
    Api.assertRefused(api.post(api.core("configmaps"), body), 422, "Invalid");
  }

  @Conformance("[sig-node] Secrets should fail to create secret due to empty secret key")
  void secretsHaveNoEmptyKey(Api api) throws Exception {
    var body = "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {'': dmFsdWUtMQ==}}";
    Api.assertRefused(api.post(api.core("secrets"), body), 422, "Invalid");
  }

  @Conformance("[sig-node] Secrets should patch a secret")
  void secretsArePatchedListedAndDeletedByLabel(Api api) throws Exception {
    var collection = api.core("secrets");
    api.create(
        collection,
        """
        {apiVersion: v1, kind: Secret, type: Opaque, data: {key: dmFsdWU=},
         metadata: {name: patched, labels: {testsecret-constant: 'true'}}}
        """);
    assertThat(items(api.get("/api/v1/secrets?labelSelector=testsecret-constant%3Dtrue"), "items"))
        .anyMatch(it -> text(it, "metadata.namespace").equals(api.namespace()));
    var value = Base64.getEncoder().encodeToString(new byte[] {'1'});
    api.patch(
        collection + "/patched",
        Api.STRATEGIC_PATCH,
        "{\"metadata\":{\"labels\":{\"testsecret\":\"true\"}},\"data\":{\"key\":\""
            + value
            + "\"}}");
    var patched = api.get(collection + "/patched");
    assertThat(text(patched, "data.key")).isEqualTo(value);
    assertThat(text(patched, "metadata.labels.testsecret")).isEqualTo("true");

    api.delete(collection + "?labelSelector=testsecret%3Dtrue");
    assertThat(api.tryGet(collection + "/patched").code()).isEqualTo(404);
  }

  @Conformance("[sig-storage] ConfigMap should be immutable if `immutable` field is set")
  void configMapsStayAsTheyAreOnceImmutable(Api api) throws Exception {
    requireImmutability(
        api, "configmaps", "{apiVersion: v1, kind: ConfigMap, data: {data-1: value-1}}", "value-2");
  }

  @Conformance("[sig-storage] Secrets should be immutable if `immutable` field is set")
  void secretsStayAsTheyAreOnceImmutable(Api api) throws Exception {
    requireImmutability(
        api, "secrets", "{apiVersion: v1, kind: Secret, data: {data-1: dmFsdWUtMQ==}}", "dmFsdWU=");
  }

  private static void requireImmutability(Api api, String resource, String body, String value)
      throws Exception {
    var name = Trees.tree("{name: immutable}");
    var made = api.create(api.core(resource), Trees.tree(body).with("metadata", name).toString());
    var one = api.core(resource) + "/immutable";
    var changed = api.update(one, Trees.with(made, "data.data-1", value));
    var fixed = api.update(one, Trees.with(changed, "immutable", JsonBoolean.TRUE));

    Api.assertRefused(api.put(one, Trees.with(fixed, "data.data-2", value)), 422, "Invalid");
    Api.assertRefused(
        api.put(one, Trees.with(fixed, "immutable", JsonBoolean.FALSE)), 422, "Invalid");
    Api.assertRefused(api.put(one, fixed.without("immutable")), 422, "Invalid");
    api.update(one, Trees.with(fixed, "metadata.labels.new", "label"));
    api.delete(one);
  }
}
