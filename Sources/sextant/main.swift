import ArgumentParser
import Yams
print("sextant")
