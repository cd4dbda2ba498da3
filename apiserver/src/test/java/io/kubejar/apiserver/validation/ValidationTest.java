package io.kubejar.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.defaulting.Defaults;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects are written as YAML, get their defaults, and are checked; a variant is given as a merge
/// patch.
class ValidationTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: default}
      spec:
        serviceAccountName: default
        volumes:
        - {name: data, emptyDir: {}}
        - name: token
          projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3607}}]}
        containers:
        - name: main
          image: nginx:1
          ports: [{containerPort: 80, name: http}]
          env: [{name: A, value: b}, {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
          volumeMounts: [{name: data, mountPath: /data}, {name: token, mountPath: /var/run/token}]
          resources: {requests: {cpu: 100m}, limits: {cpu: 200m}}
          readinessProbe: {httpGet: {path: /, port: http}}
          livenessProbe: {exec: {command: [cat]}}
      """;
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: default}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: main, image: nginx}]}
      """;
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: default}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """;

  private static KubernetesObject object(String yaml) {
    return object((JsonObject) Yaml.parse(yaml));
  }

  private static KubernetesObject object(JsonObject tree) {
    var kind = GroupVersionKind.parse(tree.text("apiVersion"), tree.text("kind"));
    return Defaults.of(read(BuiltInResources.find(kind).orElseThrow(), tree));
  }

  private static <T extends KubernetesObject> T read(ResourceType<T> type, JsonValue tree) {
    return type.codec().fromTree(tree);
  }

  private static KubernetesObject patched(String yaml, String patch) {
    return object(MergePatch.apply((JsonObject) Yaml.parse(yaml), Yaml.parse(patch)));
  }

  private static String shown(FieldError error) {
    return error.field() + ": " + error.detail();
  }

  private static List<String> created(String yaml, String patch) {
    return Validation.create(patched(yaml, patch)).stream().map(ValidationTest::shown).toList();
  }

  private static List<String> updated(String yaml, String patch) {
    return Validation.update(patched(yaml, patch), object(yaml)).stream()
        .map(ValidationTest::shown)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|",
        "{metadata: {name: Web}}|metadata.name: Invalid value: \"Web\": a lowercase RFC 1123"
            + " subdomain",
        "{metadata: {labels: {a b: c}}}|metadata.labels: Invalid value: \"a b\": name part must"
            + " consist",
        "{metadata: {finalizers: [nonsense]}}|metadata.finalizers[0]: Invalid value: \"nonsense\":"
            + " name is neither a standard finalizer name nor is it fully qualified",
        "{metadata: {ownerReferences: [{apiVersion: v1, kind: A, name: b}]}}"
            + "|metadata.ownerReferences.uid: Invalid value: \"\": must not be empty",
        "{spec: {containers: []}}|spec.containers: Required value",
        "{spec: {containers: [{name: a}]}}|spec.containers[0].image: Required value",
        "{spec: {containers: [{image: a}]}}|spec.containers[0].name: Required value",
        "{spec: {containers: [{name: a, image: i}, {name: a, image: i}]}}"
            + "|spec.containers[1].name: Duplicate value: \"a\"",
        "{spec: {containers: [{name: a, image: i, imagePullPolicy: Often}]}}"
            + "|spec.containers[0].imagePullPolicy: Unsupported value: \"Often\": supported values:"
            + " \"Always\", \"IfNotPresent\", \"Never\"",
        "{spec: {restartPolicy: Sometimes}}|spec.restartPolicy: Unsupported value: \"Sometimes\":"
            + " supported values: \"Always\", \"OnFailure\", \"Never\"",
        "{spec: {containers: [{name: a, image: i, volumeMounts: [{name: nope, mountPath: /x}]}]}}"
            + "|spec.containers[0].volumeMounts[0].name: Not found: \"nope\"",
        "{spec: {containers: [{name: a, image: i}], volumes: [{name: a, emptyDir: {}, secret:"
            + " {secretName: s}}]}}|spec.volumes[0].secret: Forbidden: may not specify more than 1"
            + " volume type",
        "{spec: {containers: [{name: a, image: i, resources: {requests: {cpu: 2}, limits: {cpu:"
            + " 1}}}]}}|spec.containers[0].resources.requests: Invalid value: \"2\": must be less"
            + " than or equal to cpu limit of 1",
        "{spec: {containers: [{name: a, image: i, ports: [{containerPort: 0}]}]}}"
            + "|spec.containers[0].ports[0].containerPort: Required value",
        "{spec: {containers: [{name: a, image: i, ports: [{containerPort:"
            + " 70000}]}]}}|spec.containers[0].ports[0].containerPort: Invalid value: 70000: must"
            + " be between 1 and 65535, inclusive",
        "{spec: {containers: [{name: a, image: i, env: [{name: A=B, value:"
            + " c}]}]}}|spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment"
            + " variable name must consist only of printable ASCII characters other than '='",
        "{spec: {containers: [{name: a, image: i, livenessProbe: {periodSeconds: 1}}]}}"
            + "|spec.containers[0].livenessProbe: Required value: must specify a handler type",
        "{spec: {containers: [{name: a, image: i, livenessProbe: {exec: {command: [a]},"
            + " successThreshold: 2}}]}}"
            + "|spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
        "{spec: {initContainers: [{name: i, image: i, lifecycle: {preStop: {sleep: {seconds:"
            + " 1}}}}]}}|spec.initContainers[0].lifecycle: Forbidden: may not be set for init"
            + " containers without restartPolicy=Always",
        "{spec: {tolerations: [{operator: Equal, value: x}]}}|spec.tolerations[0].operator: Invalid"
            + " value: \"Equal\": operator must be Exists when `key` is empty",
        "{spec: {hostname: A}}|spec.hostname: Invalid value: \"A\": a lowercase RFC 1123 label",
        "{spec: {hostNetwork: true, containers: [{name: a, image: i, ports: [{containerPort: 80,"
            + " hostPort: 81}]}]}}|spec.containers[0].ports[0].hostPort: Invalid value: 81: must"
            + " match `containerPort` when `hostNetwork` is true",
        "{spec: {securityContext: {runAsUser: -1}}}|spec.securityContext.runAsUser: Invalid value:"
            + " -1: must be between 0 and 2147483647, inclusive",
        "{spec: {activeDeadlineSeconds: 0}}|spec.activeDeadlineSeconds: Invalid value: 0: must be"
            + " between 1 and 2147483647, inclusive",
        "{spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " {nodeSelectorTerms:"
            + " []}}}}}|spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms:"
            + " Required value: must have at least one node selector term",
        "{spec: {topologySpreadConstraints: [{maxSkew: 0, topologyKey: z, whenUnsatisfiable:"
            + " DoNotSchedule}]}}|spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must"
            + " be greater than zero",
      })
  void checksNewPods(String patch, String error) {
    // Cases replace the containers; without the volumes' mounts the rest of the pod is still right.
    var errors = created(POD, patch);

    if (error == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).singleElement().asString().startsWith(error);
    }
  }

  @Test
  void letsPodsChangeTheirImagesAndLabels() {
    assertThat(updated(POD, "{metadata: {labels: {a: b}}}")).isEmpty();
    var containers = ((JsonObject) Yaml.parse(POD)).object("spec").list("containers").getFirst();
    var changed = MergePatch.apply((JsonObject) containers, Yaml.parse("{image: nginx:2}"));

    assertThat(updated(POD, "{spec: {containers: [" + changed + "]}}")).isEmpty();
  }

  @Test
  void letsNothingElseOfAPodChange() {
    assertThat(updated(POD, "{spec: {hostname: other}}"))
        .singleElement()
        .asString()
        .startsWith(
            "spec: Forbidden: pod updates may not change fields other than"
                + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
                + " (allow it to be set to 1 if it was previously negative)\n")
        .contains("spec.hostname");
    assertThat(updated(POD, "{spec: {initContainers: [{name: i, image: i}]}}"))
        .containsExactly(
            "spec.initContainers: Forbidden: pod updates may not add or remove containers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|",
        "{spec: {selector: null}}|spec.selector: Required value",
        "{spec: {selector: {matchLabels: {app: other}}}}|spec.template.metadata.labels: Invalid"
            + " value: {\"app\":\"web\"}: `selector` does not match template `labels`",
        "{spec: {replicas: -1}}|spec.replicas: Invalid value: -1: must be greater than or equal to"
            + " 0",
        "{spec: {template: {spec: {restartPolicy: Never}}}}|spec.template.spec.restartPolicy:"
            + " Unsupported value: \"Never\": supported values: \"Always\"",
        "{spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge:"
            + " 1}}}}|spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy"
            + " `type` is 'Recreate'",
        "{spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}}}"
            + "|spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when"
            + " `maxSurge` is 0",
        "{spec: {strategy: {rollingUpdate: {maxUnavailable:"
            + " 101%}}}}|spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must"
            + " not be greater than 100%",
        "{spec: {progressDeadlineSeconds: 5, minReadySeconds: 5}}|spec.progressDeadlineSeconds:"
            + " Invalid value: 5: must be greater than minReadySeconds",
        "{spec: {template: {spec: {containers: [{name: a}]}}}}"
            + "|spec.template.spec.containers[0].image: Required value",
      })
  void checksDeployments(String patch, String error) {
    var errors = created(DEPLOYMENT, patch);

    if (error == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).singleElement().asString().startsWith(error);
    }
  }

  @Test
  void keepsSelectorsAsTheyAre() {
    var relabeled =
        "{spec: {selector: {matchLabels: {app: b}}, template: {metadata: {labels: {app: b}}}}}";

    assertThat(updated(DEPLOYMENT, relabeled))
        .containsExactly(
            "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: field is immutable");
    assertThat(updated(DEPLOYMENT, "{spec: {replicas: 5}}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|",
        "{metadata: {name: we.b}}|metadata.name: Invalid value: \"we.b\": must not contain dots",
        "{spec: {ports: []}}|spec.ports: Required value",
        "{spec: {ports: [], clusterIP: None, clusterIPs: [None]}}|",
        "{spec: {ports: [{port: 80}, {port: 81, name: b}]}}|spec.ports[0].name: Required value",
        "{spec: {ports: [{port: 80, name: a}, {port: 80, name: b}]}}|spec.ports[1]: Duplicate"
            + " value",
        "{spec: {ports: [{port: 0}]}}|spec.ports[0].port: Invalid value: 0: must be between 1 and"
            + " 65535",
        "{spec: {ports: [{port: 80, nodePort: 30000}]}}|spec.ports[0].nodePort: Forbidden: may not"
            + " be used when `type` is 'ClusterIP'",
        "{spec: {type: ExternalName}}|spec.externalName: Required value",
        "{spec: {type: Magic}}|spec.type: Unsupported value: \"Magic\": supported values:"
            + " \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
        "{spec: {externalIPs: [127.0.0.1]}}|spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may"
            + " not be in the loopback range (127.0.0.0/8, ::1/128)",
        "{spec: {externalIPs: [not-an-ip]}}|spec.externalIPs[0]: Invalid value: \"not-an-ip\": must"
            + " be a valid IP address",
      })
  void checksServices(String patch, String error) {
    var errors = created(SERVICE, patch);

    if (error == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).first().asString().startsWith(error);
    }
  }

  @Test
  void keepsTheAddressOfAService() {
    var with = SERVICE.replace("spec: {", "spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ");

    assertThat(updated(with, "{spec: {clusterIP: 10.0.0.2, clusterIPs: [10.0.0.2]}}"))
        .containsExactly(
            "spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set");
  }

  @Test
  void keepsImmutableConfiguration() {
    var map =
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}, immutable: true,"
            + " data: {k: v}}";
    var secret =
        "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: b}, type: Opaque, data: {k:"
            + " dg==}}";

    assertThat(updated(map, "{data: {k: w}}"))
        .containsExactly("data: Forbidden: field is immutable when `immutable` is set");
    assertThat(updated(secret, "{type: Other}"))
        .containsExactly("type: Invalid value: \"Other\": field is immutable");
    assertThat(created(map, "{data: {a/b: c}}"))
        .singleElement()
        .asString()
        .startsWith("data[a/b]: Invalid value: \"a/b\": a valid config key must consist of");
    assertThat(created(secret, "{type: kubernetes.io/tls}"))
        .containsExactly("data[tls.crt]: Required value", "data[tls.key]: Required value");
  }

  @Test
  void boundsTheSizeOfConfigurationAndAnnotations() {
    var map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}}";
    var large = "x".repeat((1 << 20) + 1);

    assertThat(created(map, "{data: {k: " + large + "}}"))
        .containsExactly(": Too long: may not be more than 1048576 bytes");
    assertThat(created(map, "{metadata: {annotations: {k: " + large + "}}}"))
        .containsExactly("metadata.annotations: Too long: may not be more than 262144 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {taints: [{key: a, effect:"
            + " Never}]}}|metadata.taints[0].effect: Unsupported value: \"Never\": supported"
            + " values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"",
        "{apiVersion: v1, kind: Namespace, metadata: {name: a.b}}|metadata.name: Invalid value:"
            + " \"a.b\": must not contain dots",
        "{apiVersion: v1, kind: Namespace, metadata: {name: a, namespace: b}}|metadata.namespace:"
            + " Forbidden: not allowed on this type",
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: A, namespace: b}}|metadata.name:"
            + " Invalid value: \"A\": a lowercase RFC 1123 subdomain",
        "{apiVersion: batch/v1, kind: Job, metadata: {name: a, namespace: b}, spec:"
            + " {manualSelector: true, selector: {matchLabels: {a: b}}, template: {metadata:"
            + " {labels: {a: b}}, spec: {containers: [{name: c, image:"
            + " i}]}}}}|spec.template.spec.restartPolicy: Required value: valid values:"
            + " \"OnFailure\", \"Never\"",
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: a, namespace: b}, spec: {schedule:"
            + " '61 * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never,"
            + " containers: [{name: c, image: i}]}}}}}}|spec.schedule: Invalid value: \"61 * * *"
            + " *\": end of range (61) above maximum (59): 61",
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: 'system:a',"
            + " namespace: b}, rules: [{apiGroups: [''], resources: [pods]}]}|rules[0].verbs:"
            + " Required value: verbs must contain at least one value",
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: b}, spec:"
            + " {rules: [{host: h, http: {paths: [{path: x, pathType: Prefix, backend: {service:"
            + " {name: s, port: {number: 80}}}}]}}]}}|spec.rules[0].http.paths[0].path: Invalid"
            + " value: \"x\": must be an absolute path",
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a, namespace: b}, spec:"
            + " {accessModes: [ReadWriteOnce]}}|spec.resources[storage]: Required value",
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a, namespace: b},"
            + " spec: {minAvailable: x}}|spec.minAvailable: Invalid value: \"x\": a valid percent"
            + " string",
        "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: a}, value:"
            + " 1000000001}|value: Forbidden: maximum allowed value of a user defined priority is"
            + " 1000000000",
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a}}|provisioner:"
            + " Required value",
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a}, provisioner: p,"
            + " reclaimPolicy: Burn}|reclaimPolicy: Unsupported value: \"Burn\"",
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a, namespace: b},"
            + " addressType: IPv4, endpoints: [{addresses: ['::1']}]}|endpoints[0].addresses:"
            + " Invalid value: \"::1\": must be an IPv4 address",
      })
  void checksOtherKinds(String yaml, String error) {
    assertThat(created(yaml, "{}")).singleElement().asString().startsWith(error);
  }

  @Test
  void refusesNewFinalizersOnWhatIsBeingDeleted() {
    var dying =
        POD.replace("metadata: {", "metadata: {deletionTimestamp: '2030-01-01T00:00:00Z', ");

    assertThat(updated(dying, "{metadata: {finalizers: [a.b/c]}}"))
        .containsExactly(
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being"
                + " deleted, found new finalizers []string{\"a.b/c\"}");
  }

  @Test
  void becomesOneStatusWithAllCauses() {
    var pod = patched(POD, "{spec: {hostname: A, subdomain: B}}");

    var thrown =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            ApiException.class, () -> FieldError.throwIfAny(Validation.create(pod), pod));

    assertThat(thrown.code()).isEqualTo(422);
    assertThat(thrown)
        .hasMessageStartingWith("Pod \"web\" is invalid: [spec.hostname: Invalid value:");
    assertThat(thrown.cause("FieldValueInvalid").orElseThrow().field()).isEqualTo("spec.hostname");
  }
}
