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
            """)
        .requireAll();
  }

  @Conformance("[sig-storage] CSIInlineVolumes should run through the lifecycle of a CSIDriver")
  void drivers(Api api) throws Exception {
    cluster(
            api,
            STORAGE,
            "csidrivers",
            """
            apiVersion: storage.k8s.io/v1
            kind: CSIDriver
            spec: {volumeLifecycleModes: [Ephemeral]}
            """)
        .requireAll();
  }

  @Conformance(
      "[sig-storage] CSINodes CSI Conformance should run through the lifecycle of a csinode")
  void nodesOfDrivers(Api api) throws Exception {
    cluster(
            api,
            STORAGE,
            "csinodes",
            "{apiVersion: storage.k8s.io/v1, kind: CSINode, spec: {drivers: []}}")
        .requireAll();
  }

  @Conformance(
      "[sig-storage] VolumeAttachment Conformance should run through the lifecycle of a"
          + " VolumeAttachment")
  void attachments(Api api) throws Exception {
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
            """)
        .requireAll();
  }

  @Conformance(
      "[sig-storage] VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through"
          + " the lifecycle of a VolumeAttributesClass")
  void attributesClasses(Api api) throws Exception {
    cluster(
            api,
            STORAGE,
            "volumeattributesclasses",
            """
            apiVersion: storage.k8s.io/v1
            kind: VolumeAttributesClass
            driverName: e2e-fake-driver
            parameters: {iops: '2000'}
            """)
        .requireAll();
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
