package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.ConfigMapProjection;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.DownwardAPIProjection;
import io.kubejar.api.core.v1.DownwardAPIVolumeFile;
import io.kubejar.api.core.v1.KeyToPath;
import io.kubejar.api.core.v1.ObjectFieldSelector;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ProjectedVolumeSource;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.core.v1.ServiceAccountTokenProjection;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import io.kubejar.api.core.v1.VolumeProjection;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.authz.PodReferences;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.registry.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Every pod has a service account, and a token of it unless it does not want one.
public final class ServiceAccountAdmission implements AdmissionPlugin {
  private static final String DEFAULT = "default";
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String VOLUME_PREFIX = "kube-api-access-";
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final int FILE_MODE = 0644;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /// An hour and 7 seconds: by this odd number the token issuer knows that the pod did not choose
  /// it.
  private static final long TOKEN_SECONDS = 3607;

  private final Registry<ServiceAccount> accounts;
  private final RandomGenerator random;

  public ServiceAccountAdmission(Registry<ServiceAccount> accounts, RandomGenerator random) {
    this.accounts = accounts;
    this.random = random;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    boolean newPod = request.is(Operation.CREATE) && request.concerns("pods");
    if (!newPod || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    if (pod.metadata().annotations().containsKey(MIRROR)) {
      check(request, pod);
      return pod;
    }
    var spec = pod.spec();
    if (spec.serviceAccountName().isEmpty()) {
      spec = spec.withServiceAccountName(DEFAULT).withServiceAccount(DEFAULT);
    }
    var account = account(request, spec.serviceAccountName());
    if (wantsToken(account, spec)) {
      spec = withToken(spec);
    }
    if (spec.imagePullSecrets().isEmpty()) {
      spec = spec.withImagePullSecrets(account.imagePullSecrets());
    }
    var complete = pod.withSpec(spec);
    check(request, complete);
    return complete;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (!(request.object() instanceof Pod pod)) {
      return;
    }
    if (request.is(Operation.CREATE) && request.concerns("pods")) {
      check(request, pod);
    }
    boolean ephemeral = request.subresource().equals("ephemeralcontainers");
    if (request.is(Operation.UPDATE) && ephemeral) {
      var account = account(request, named(request, pod));
      refuse(request, MountableSecrets.of(account).flatMap(it -> it.refusalOfEphemeral(pod)));
    }
  }

  private void check(AdmissionRequest request, Pod pod) throws InterruptedException {
    if (pod.metadata().annotations().containsKey(MIRROR)) {
      checkMirror(request, pod);
    } else {
      var account = account(request, named(request, pod));
      refuse(request, MountableSecrets.of(account).flatMap(it -> it.refusal(pod)));
    }
  }

  private static String named(AdmissionRequest request, Pod pod) {
    var name = pod.spec().serviceAccountName();
    if (name.isEmpty()) {
      throw request.forbidden(
          "no service account specified for pod "
              + request.namespace()
              + "/"
              + pod.metadata().name());
    }
    return name;
  }

  private static void refuse(AdmissionRequest request, Optional<String> why) {
    if (why.isPresent()) {
      throw request.forbidden(why.get());
    }
  }

  private static void checkMirror(AdmissionRequest request, Pod pod) {
    if (!pod.spec().serviceAccountName().isEmpty()) {
      throw request.forbidden("a mirror pod may not reference service accounts");
    }
    if (!PodReferences.of(pod).secrets().isEmpty()) {
      throw request.forbidden("a mirror pod may not reference secrets");
    }
    boolean token =
        pod.spec().volumes().stream()
            .map(Volume::projected)
            .filter(Objects::nonNull)
            .flatMap(projected -> projected.sources().stream())
            .anyMatch(source -> source.serviceAccountToken() != null);
    if (token) {
      throw request.forbidden("a mirror pod may not use ServiceAccountToken volume projections");
    }
  }

  /// A new namespace gets its account a moment after it was made; who brings namespace and pods in
  /// one file should not notice.
  private Optional<ServiceAccount> awaited(ObjectKey key) throws InterruptedException {
    var selection = new Selection<ServiceAccount>(key.namespace(), key.name(), _ -> true, true);
    try (var watch = accounts.currentCache().watch(selection, ResourceCache.Start.WITH_STATE)) {
      return watch.poll(PATIENCE).orElse(null)
                  instanceof WatchItem.Change<ServiceAccount>(var type, var stored)
              && type != WatchItem.Type.DELETED
          ? Optional.of(stored.object())
          : Optional.empty();
    }
  }

  private ServiceAccount account(AdmissionRequest request, String name)
      throws InterruptedException {
    var key = new ObjectKey(request.namespace(), name);
    var found = accounts.find(key);
    if (found.isEmpty() && request.call().patient() && name.equals(DEFAULT)) {
      found = awaited(key);
    }
    return found.orElseThrow(
        () ->
            ApiException.forbidden(
                request.resource(),
                request.name(),
                "error looking up service account "
                    + key
                    + ": serviceaccount \""
                    + name
                    + "\" not found"));
  }

  private static boolean wantsToken(ServiceAccount account, PodSpec spec) {
    if (spec.automountServiceAccountToken() != null) {
      return spec.automountServiceAccountToken();
    }
    return !Boolean.FALSE.equals(account.automountServiceAccountToken());
  }

  private PodSpec withToken(PodSpec spec) {
    var existing =
        spec.volumes().stream()
            .map(Volume::name)
            .filter(name -> name.startsWith(VOLUME_PREFIX))
            .findFirst();
    var volume = existing.orElseGet(this::volumeName);
    var mount = VolumeMount.EMPTY.withName(volume).withReadOnly(true).withMountPath(TOKEN_PATH);
    var containers = mounted(spec.containers(), mount);
    var initContainers = mounted(spec.initContainers(), mount);
    boolean used =
        !containers.equals(spec.containers()) || !initContainers.equals(spec.initContainers());
    if (!used) {
      return spec;
    }
    var volumes = new ArrayList<>(spec.volumes());
    if (existing.isEmpty()) {
      volumes.add(tokenVolume(volume));
    }
    return spec.withVolumes(volumes).withContainers(containers).withInitContainers(initContainers);
  }

  private String volumeName() {
    var name = new StringBuilder(VOLUME_PREFIX);
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }

  private static List<Container> mounted(List<Container> containers, VolumeMount mount) {
    return containers.stream()
        .map(
            container -> {
              boolean has =
                  container.volumeMounts().stream()
                      .anyMatch(it -> it.mountPath().equals(TOKEN_PATH));
              if (has) {
                return container;
              }
              var mounts = new ArrayList<>(container.volumeMounts());
              mounts.add(mount);
              return container.withVolumeMounts(mounts);
            })
        .toList();
  }

  private static Volume tokenVolume(String name) {
    var token =
        ServiceAccountTokenProjection.EMPTY.withExpirationSeconds(TOKEN_SECONDS).withPath("token");
    var authority =
        ConfigMapProjection.EMPTY
            .withName("kube-root-ca.crt")
            .withItems(List.of(KeyToPath.EMPTY.withKey("ca.crt").withPath("ca.crt")));
    var field = ObjectFieldSelector.EMPTY.withApiVersion("v1").withFieldPath("metadata.namespace");
    var namespace =
        DownwardAPIProjection.EMPTY.withItems(
            List.of(DownwardAPIVolumeFile.EMPTY.withPath("namespace").withFieldRef(field)));
    return Volume.EMPTY
        .withName(name)
        .withProjected(
            ProjectedVolumeSource.EMPTY
                .withDefaultMode(FILE_MODE)
                .withSources(
                    List.of(
                        VolumeProjection.EMPTY.withServiceAccountToken(token),
                        VolumeProjection.EMPTY.withConfigMap(authority),
                        VolumeProjection.EMPTY.withDownwardAPI(namespace))));
  }
}
