package io.kubejar.cri;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/// The program that holds a pod's namespaces open: a complete ELF executable of a few hundred
/// bytes, written out here so that no compiler, no download and no committed binary is needed.
///
/// It blocks SIGINT, SIGTERM and SIGCHLD and waits for one of them: a blocked signal reaches even
/// the first process of a pid namespace, without any handler. On SIGCHLD it reaps every dead child
/// (pods that share a pid namespace leave theirs to it), on the other two it ends.
final class PauseProgram {
  private static final int HEADERS_BYTES = 64 + 56;
  private static final long LOAD_ADDRESS = 0x400000;
  private static final long SIGNALS = (1L << (2 - 1)) | (1L << (15 - 1)) | (1L << (17 - 1));

  private PauseProgram() {}

  /// Answers the executable for an architecture by Go's name: `amd64` or `arm64`.
  static byte[] forArchitecture(String architecture) {
    return switch (architecture) {
      case "amd64" -> elf((short) 62, x8664());
      case "arm64" -> elf((short) 183, aarch64());
      default ->
          throw new IllegalArgumentException("no pause program for architecture " + architecture);
    };
  }

  private static byte[] elf(short machine, byte[] code) {
    int size = HEADERS_BYTES + code.length;
    var out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bit, little endian
    out.putShort((short) 2).putShort(machine).putInt(1); // an executable
    out.putLong(LOAD_ADDRESS + HEADERS_BYTES); // the entry point
    out.putLong(64).putLong(0).putInt(0); // program headers follow; no sections
    out.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    out.putInt(1).putInt(5); // one loaded segment, readable and executable: the whole file
    out.putLong(0).putLong(LOAD_ADDRESS).putLong(LOAD_ADDRESS);
    out.putLong(size).putLong(size).putLong(0x1000);
    return out.put(code).array();
  }

  /// System calls: 14 rt_sigprocmask, 128 rt_sigtimedwait, 61 wait4, 60 exit.
  @SuppressWarnings("InlineFormatString") // One block of instructions per name.
  private static byte[] x8664() {
    String block = "b80e000000 31ff 488d35" + "%s" + " 31d2 41ba08000000 0f05";
    String await = "b880000000 488d3d" + "%s" + " 31f6 31d2 41ba08000000 0f05";
    String decide = "83f811 740f 85c0" + "78%s" + " b83c000000 31ff 0f05";
    String reap = "b83d000000 48c7c7ffffffff 31f6 ba01000000 4531d2 0f05 85c0 7f%s eb%s";
    int blockSize = 24;
    int awaitSize = 24;
    int decideSize = 3 + 2 + 2 + 2 + 9;
    int reapSize = 5 + 7 + 2 + 5 + 3 + 2 + 2 + 2 + 2;
    int awaitAt = blockSize;
    int reapAt = awaitAt + awaitSize + decideSize;
    int setAt = reapAt + reapSize;
    String code =
        block.formatted(int32(setAt - (5 + 2 + 7)))
            + await.formatted(int32(setAt - (awaitAt + 5 + 7)))
            + decide.formatted(int8(awaitAt - (awaitAt + awaitSize + 9)))
            + reap.formatted(int8(reapAt - (setAt - 2)), int8(awaitAt - setAt));
    byte[] text = HexFormat.of().parseHex(code.replace(" ", ""));
    text[awaitAt + awaitSize + 4] = (byte) (decideSize - 5); // The jump to the reaper.
    return ByteBuffer.allocate(setAt + Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(text)
        .putLong(SIGNALS)
        .array();
  }

  private static String int32(int value) {
    return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
  }

  private static String int8(int value) {
    return HexFormat.of().toHexDigits((byte) value);
  }

  /// System calls: 135 rt_sigprocmask, 137 rt_sigtimedwait, 260 wait4, 93 exit.
  private static byte[] aarch64() {
    int reapAt = 18;
    int setAt = 28;
    int[] code = {
      set(0, 0),
      address(1, 1, setAt),
      set(2, 0),
      set(3, 8),
      set(8, 135),
      TRAP,
      address(0, 6, setAt),
      set(1, 0),
      set(2, 0),
      set(3, 8),
      set(8, 137),
      TRAP,
      compare(17),
      jumpIf(0x0, 13, reapAt),
      jumpIfNegative(14, 6),
      set(0, 0),
      set(8, 93),
      TRAP,
      MINUS_ONE,
      set(1, 0),
      set(2, 1),
      set(3, 0),
      set(8, 260),
      TRAP,
      compare(0),
      jumpIf(0xc, 25, reapAt),
      jump(26, 6),
      set(0, 0),
    };
    var out = ByteBuffer.allocate(setAt * 4 + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int instruction : code) {
      out.putInt(instruction);
    }
    return out.putLong(SIGNALS).array();
  }

  private static final int TRAP = 0xd4000001;
  private static final int MINUS_ONE = 0x92800000;

  private static int set(int register, int value) {
    return 0xd2800000 | value << 5 | register;
  }

  private static int address(int register, int from, int to) {
    return 0x10000000 | ((to - from) & 0x7ffff) << 5 | register;
  }

  private static int compare(int value) {
    return 0x7100001f | value << 10;
  }

  private static int jumpIf(int condition, int from, int to) {
    return 0x54000000 | ((to - from) & 0x7ffff) << 5 | condition;
  }

  private static int jumpIfNegative(int from, int to) {
    return 0x37f80000 | ((to - from) & 0x3fff) << 5;
  }

  private static int jump(int from, int to) {
    return 0x14000000 | ((to - from) & 0x3ffffff);
  }
}
