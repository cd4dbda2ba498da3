package io.kubejar.kubelet.volume;

/// Why a volume of a pod is not there yet.
public final class VolumeFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public VolumeFailure(String volume, String why) {
    super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
  }
}
