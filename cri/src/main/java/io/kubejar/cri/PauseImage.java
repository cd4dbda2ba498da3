package io.kubejar.cri;

import java.io.IOException;
import java.nio.file.Path;

/// The image of every pod sandbox, made here: nothing is pulled to start a pod.
public final class PauseImage {
  /// The tag changes when the program changes, so that an old one is never taken for the new one.
  public static final String NAME = "kubejar.io/pause:1";

  private PauseImage() {}

  /// Writes the image as an archive that [ContainerdClient#importImages(Path)] takes.
  public static void write(Path file) throws IOException {
    var program = PauseProgram.forArchitecture(ImageBuilder.architecture());
    new ImageBuilder().file("pause", program, 0755).entrypoint("/pause").write(file, NAME);
  }
}
