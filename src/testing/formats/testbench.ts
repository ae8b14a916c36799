/**
 * @file A testbench in Verilog for integer vectors: it feeds a module that multiplies and accumulates, and compares its
 * sums and its outputs. Simulators take minutes for what hardware does in milliseconds: choose small layers.
 */

/** @param prefix of the parameters in geometry.vh */
export function testbench(prefix: string): string {
  return TEMPLATE.replaceAll("PREFIX_", `${prefix.toUpperCase()}_`);
}

const TEMPLATE = `// Feeds your module the taps of every output pixel, LANES output channels at a time, and compares sums and outputs.
//
//   iverilog -g2005 testbench.v YOUR_MODULE.v -o testbench && vvp testbench      in the folder of the vectors
//   separable judge . answer.hex                                                 names the mistake, if there is one
//
// Your module, which may take as many clocks as it likes from finish to done:
//
//   module mac_array #(parameter LANES = 4) (
//     input clk,
//     input start,                              // sums = bias
//     input valid,                              // sums = sums + (x - its zero point) * (w - its zero point)
//     input finish,                             // sums are complete
//     input  [LANES*8-1:0]  x, w,               // bytes; padding is the input's zero point
//     input  [LANES*32-1:0] w_zero_point, bias, multiplier, shift, scale,   // constant from start to done
//     output [LANES*32-1:0] sum,                // compared when done is 1
//     output [LANES*8-1:0]  y,
//     output done
//   );
//     \`include "geometry.vh"                    // zero points, limits, types, rounding
\`timescale 1ns / 1ps
module testbench;
  \`include "geometry.vh"
  localparam LANES = 4;
  localparam CG = PREFIX_C / PREFIX_GROUPS; // input channels of a group
  localparam OG = PREFIX_O / PREFIX_GROUPS;
  localparam OUTPUTS = PREFIX_N * PREFIX_OH * PREFIX_OW * PREFIX_O;

  reg [7:0] x_of [0:PREFIX_N*PREFIX_H*PREFIX_W*PREFIX_C-1];
  reg [7:0] w_of [0:PREFIX_KH*PREFIX_KW*CG*PREFIX_O-1];
  reg [31:0] zero_of [0:PREFIX_O-1], bias_of [0:PREFIX_O-1];
  reg [31:0] multiplier_of [0:PREFIX_O-1], shift_of [0:PREFIX_O-1], scale_of [0:PREFIX_O-1];
  reg [31:0] sum_of [0:OUTPUTS-1];
  reg [7:0] y_of [0:OUTPUTS-1], answer [0:OUTPUTS-1];

  reg clk = 0, start = 0, valid = 0, finish = 0;
  reg [LANES*8-1:0] x = 0, w = 0;
  reg [LANES*32-1:0] w_zero_point = 0, bias = 0, multiplier = 0, shift = 0, scale = 0;
  wire [LANES*32-1:0] sum;
  wire [LANES*8-1:0] y;
  wire done;
  mac_array #(.LANES(LANES)) dut (
    .clk(clk), .start(start), .valid(valid), .finish(finish), .x(x), .w(w), .w_zero_point(w_zero_point), .bias(bias),
    .multiplier(multiplier), .shift(shift), .scale(scale), .sum(sum), .y(y), .done(done));
  always #5 clk = ~clk;

  // Layouts and filter layouts by code: geometry.vh says which.
  function integer input_at(input integer n, h, w, c);
    input_at = PREFIX_LAYOUT == 0 ? ((n * PREFIX_H + h) * PREFIX_W + w) * PREFIX_C + c
                                  : ((n * PREFIX_C + c) * PREFIX_H + h) * PREFIX_W + w;
  endfunction
  function integer output_at(input integer n, oh, ow, o);
    output_at = PREFIX_LAYOUT == 0 ? ((n * PREFIX_OH + oh) * PREFIX_OW + ow) * PREFIX_O + o
                                   : ((n * PREFIX_O + o) * PREFIX_OH + oh) * PREFIX_OW + ow;
  endfunction
  function integer filter_at(input integer kh, kw, ic, o);
    case (PREFIX_FILTER_LAYOUT)
      1: filter_at = ((o * CG + ic) * PREFIX_KH + kh) * PREFIX_KW + kw;
      2: filter_at = ((o * PREFIX_KH + kh) * PREFIX_KW + kw) * CG + ic;
      3: filter_at = ((ic * PREFIX_KH + kh) * PREFIX_KW + kw) * PREFIX_O + o;
      default: filter_at = ((kh * PREFIX_KW + kw) * CG + ic) * PREFIX_O + o;
    endcase
  endfunction

  function integer integer_of(input [7:0] bits);
    integer_of = PREFIX_OUTPUT_TYPE == 0 && bits[7] ? bits - 256 : bits;
  endfunction

  integer n, oh, ow, o0, o, kh, kw, ic, ih, iw, lane, at;
  integer wrong_sums = 0, wrong_outputs = 0;

  initial begin
    $readmemh("input.hex", x_of);
    $readmemh("filter.hex", w_of);
    $readmemh("filter_zero_point.hex", zero_of);
    if (PREFIX_HAS_BIAS) $readmemh("bias.hex", bias_of);
    $readmemh("multiplier.hex", multiplier_of);
    $readmemh("shift.hex", shift_of);
    $readmemh("scale.hex", scale_of);
    $readmemh("accumulators.hex", sum_of);
    $readmemh("output.hex", y_of);
    for (n = 0; n < PREFIX_N; n = n + 1)
      for (oh = 0; oh < PREFIX_OH; oh = oh + 1)
        for (ow = 0; ow < PREFIX_OW; ow = ow + 1)
          for (o0 = 0; o0 < PREFIX_O; o0 = o0 + LANES) begin
            for (lane = 0; lane < LANES; lane = lane + 1) begin
              o = o0 + lane < PREFIX_O ? o0 + lane : o0; // lanes beyond the last channel repeat one
              w_zero_point[lane*32 +: 32] = zero_of[o];
              bias[lane*32 +: 32] = PREFIX_HAS_BIAS ? bias_of[o] : 0;
              multiplier[lane*32 +: 32] = multiplier_of[o];
              shift[lane*32 +: 32] = shift_of[o];
              scale[lane*32 +: 32] = scale_of[o];
            end
            start = 1;
            @(negedge clk) start = 0;
            for (kh = 0; kh < PREFIX_KH; kh = kh + 1)
              for (kw = 0; kw < PREFIX_KW; kw = kw + 1)
                for (ic = 0; ic < CG; ic = ic + 1) begin
                  ih = oh * PREFIX_STRIDE_H + kh * PREFIX_DILATION_H - PREFIX_PAD_TOP;
                  iw = ow * PREFIX_STRIDE_W + kw * PREFIX_DILATION_W - PREFIX_PAD_LEFT;
                  for (lane = 0; lane < LANES; lane = lane + 1) begin
                    o = o0 + lane < PREFIX_O ? o0 + lane : o0;
                    x[lane*8 +: 8] = ih < 0 || ih >= PREFIX_H || iw < 0 || iw >= PREFIX_W
                                   ? PREFIX_INPUT_ZERO_POINT : x_of[input_at(n, ih, iw, o / OG * CG + ic)];
                    w[lane*8 +: 8] = w_of[filter_at(kh, kw, ic, o)];
                  end
                  valid = 1;
                  @(negedge clk) valid = 0;
                end
            finish = 1;
            @(negedge clk) finish = 0;
            while (done !== 1) @(negedge clk);
            for (lane = 0; lane < LANES && o0 + lane < PREFIX_O; lane = lane + 1) begin
              at = output_at(n, oh, ow, o0 + lane);
              answer[at] = y[lane*8 +: 8];
              if (sum[lane*32 +: 32] !== sum_of[at]) begin
                if (wrong_sums == 0)
                  $display("the first wrong sum is [%0d, %0d, %0d, %0d]: %0d, needs %0d", n, oh, ow, o0 + lane,
                           $signed(sum[lane*32 +: 32]), $signed(sum_of[at]));
                wrong_sums = wrong_sums + 1;
              end
              if (answer[at] !== y_of[at]) begin
                if (wrong_outputs == 0)
                  $display("the first wrong output is [%0d, %0d, %0d, %0d]: %0d, needs %0d, of the sum %0d", n, oh, ow,
                           o0 + lane, integer_of(answer[at]), integer_of(y_of[at]), $signed(sum_of[at]));
                wrong_outputs = wrong_outputs + 1;
              end
            end
          end
    $writememh("answer.hex", answer);
    $display("%0d outputs, %0d sums wrong, %0d outputs wrong", OUTPUTS, wrong_sums, wrong_outputs);
    $finish;
  end
endmodule
`;
